//! Values of `MeterproofCode` that come from forwarding itself. The others are the codes of
//! [`ViolationCode`](meterproof::usage::ViolationCode) and
//! [`Rejection`](meterproof::usage::Rejection).

/// Another record of the same event took this one's hour with another quantity or allocations.
pub const CONFLICT: &str = "conflict";
/// No request can hold the record.
pub const RECORD_TOO_LARGE: &str = "record_too_large";
/// The body is a MeterUsage request.
pub const METER_USAGE_REQUEST: &str = "meter_usage_request";
/// The body has more errors than a report lists.
pub const MORE_ERRORS: &str = "more_errors";
/// The message is to be sent again, but has no id to be handed back by.
pub const MESSAGE_WITHOUT_ID: &str = "message_without_id";

/// All of them.
pub const ALL: &[&str] =
    &[CONFLICT, RECORD_TOO_LARGE, METER_USAGE_REQUEST, MORE_ERRORS, MESSAGE_WITHOUT_ID];
