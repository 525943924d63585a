//! Values of `MeterproofCode` that come from forwarding itself. The others are the codes of
//! [`ViolationCode`](meterproof::usage::ViolationCode) and those of every queue
//! ([`queue::codes`](crate::queue::codes)).

/// The ledger has other usage for this customer, dimension and hour.
pub const CONFLICT: &str = "conflict";
/// AWS has billed another quantity for this customer, dimension and hour.
pub const DUPLICATE_RECORD: &str = "duplicate_record";
/// AWS's window for this hour closed before it was billed.
pub const WINDOW_CLOSED: &str = "window_closed";
/// The record names its customer in another form than the ledger's.
pub const OTHER_IDENTITY_FORM: &str = "other_identity_form";
/// The body is a MeterUsage request.
pub const METER_USAGE_REQUEST: &str = "meter_usage_request";
/// The body has more errors than a report lists.
pub const MORE_ERRORS: &str = "more_errors";

/// All of them.
pub const ALL: &[&str] = &[
    CONFLICT,
    DUPLICATE_RECORD,
    WINDOW_CLOSED,
    OTHER_IDENTITY_FORM,
    METER_USAGE_REQUEST,
    MORE_ERRORS,
];
