//! Reads what EventBridge brings of AWS Marketplace's agreements and licenses.

use meterproof::Timestamp;
use meterproof::json::{self, Kind, Value};
use meterproof::usage::{CustomerAwsAccountId, LicenseArn};

use super::{LicenseChange, LicenseEvent, LicenseEventError};
use crate::text::{clip, json_error};

/// The source of the events that are read. AWS Marketplace Seller Guide, "EventBridge events".
pub(super) const SOURCE: &str = "aws.agreement-marketplace";

/// The most bytes of an event. EventBridge takes entries of less than 256 KB (User Guide,
/// "Calculating PutEvents event entry size"); four times as much leaves room for its envelope.
const MAX_BYTES: usize = 1024 * 1024;

/// What an event of AWS Marketplace says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LicenseNews {
    /// Something happened to a license.
    Event(LicenseEvent),
    /// Nothing that metering has to know: an agreement, or a kind of event that is new.
    Nothing {
        /// The event's `detail-type`, cut where it is long.
        detail_type: String,
    },
}

/// Reads an event as EventBridge delivers it: the envelope with `source`, `detail-type`, `time`
/// and `detail`.
///
/// `License Updated` and `License Deprovisioned` are told by the words before ` - `; what follows
/// (`Manufacturer`, say) names the party that is told. Members that are not needed are not looked
/// at, since AWS adds some from time to time.
///
/// # Errors
/// [`LicenseEventError`] where the event comes from another source, or does not say which license
/// changed and when.
///
/// ```
/// use meterproof_metering::{LicenseChange, LicenseNews, parse_license_event};
///
/// let body = br#"{"version": "0", "source": "aws.agreement-marketplace",
///   "detail-type": "License Deprovisioned - Manufacturer", "time": "2026-11-21T10:20:30Z",
///   "detail": {"license": {"arn":
///     "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef"}}}"#;
/// let LicenseNews::Event(event) = parse_license_event(body)? else { panic!() };
/// assert_eq!(event.change, LicenseChange::Deprovisioned);
/// assert_eq!(event.time.to_string(), "2026-11-21T10:20:30Z");
/// # Ok::<(), meterproof_metering::LicenseEventError>(())
/// ```
pub fn parse_license_event(body: &[u8]) -> Result<LicenseNews, LicenseEventError> {
    if body.len() > MAX_BYTES {
        return Err(LicenseEventError::TooLarge { bytes: body.len(), limit: MAX_BYTES });
    }
    let event =
        json::parse(body).map_err(|error| LicenseEventError::NotJson(json_error(error, 0)))?;
    let event = object(&event, "")?;
    let source = text(require(event, "source", "source")?, "source")?;
    if source != SOURCE {
        return Err(LicenseEventError::OtherSource { actual: clip(source) });
    }
    let detail_type = text(require(event, "detail-type", "detail-type")?, "detail-type")?;
    let change = match detail_type.split_once(" - ").map_or(detail_type, |(what, _)| what) {
        "License Updated" => LicenseChange::Updated,
        "License Deprovisioned" => LicenseChange::Deprovisioned,
        _ => return Ok(LicenseNews::Nothing { detail_type: clip(detail_type) }),
    };
    let time = text(require(event, "time", "time")?, "time")?;
    let time = Timestamp::parse_iso_8601(time)
        .map_err(|error| LicenseEventError::Time { actual: clip(time), error })?;
    let detail = object(require(event, "detail", "detail")?, "detail")?;
    let license = object(require(detail, "license", "detail.license")?, "detail.license")?;
    let arn = text(require(license, "arn", "detail.license.arn")?, "detail.license.arn")?;
    let license_arn = LicenseArn::parse(arn).map_err(LicenseEventError::LicenseArn)?;
    Ok(LicenseNews::Event(LicenseEvent { license_arn, account: acceptor(detail), time, change }))
}

/// The buyer. AWS's pages do not say for sure that it is there, and the license alone says all
/// that a change of it needs: what cannot be read is as good as absent.
fn acceptor(detail: &Value<'_>) -> Option<CustomerAwsAccountId> {
    let account = detail.get("acceptor")?.get("accountId")?.as_str()?;
    CustomerAwsAccountId::parse(account).ok()
}

/// A member that is there and not null; `path` names it in messages.
fn require<'o, 'v>(
    object: &'o Value<'v>,
    name: &str,
    path: &'static str,
) -> Result<&'o Value<'v>, LicenseEventError> {
    object
        .get(name)
        .filter(|value| !value.is_null())
        .ok_or(LicenseEventError::MissingMember { member: path })
}

fn object<'o, 'v>(
    value: &'o Value<'v>,
    member: &'static str,
) -> Result<&'o Value<'v>, LicenseEventError> {
    match &value.kind {
        Kind::Object(_) => Ok(value),
        _ => Err(wrong_type(value, member, "an object")),
    }
}

fn text<'o>(value: &'o Value<'_>, member: &'static str) -> Result<&'o str, LicenseEventError> {
    value.as_str().ok_or_else(|| wrong_type(value, member, "a string"))
}

fn wrong_type(
    value: &Value<'_>,
    member: &'static str,
    expected: &'static str,
) -> LicenseEventError {
    LicenseEventError::WrongType { member, actual: value.type_name(), expected }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;

    const ARN: &str =
        "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";

    fn sample(detail_type: &str) -> Json {
        json!({
            "version": "0",
            "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
            "detail-type": detail_type,
            "source": "aws.agreement-marketplace",
            "account": "111122223333",
            "time": "2026-11-21T10:20:30Z",
            "region": "us-east-1",
            "resources": [ARN],
            "detail": {
                "requestId": "3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb",
                "catalog": "AWSMarketplace",
                "agreement": {
                    "id": "agmt-4d5e6f7081920a1b2c3d4e5f6",
                    "intent": "NEW",
                    "status": "ACTIVE",
                    "acceptanceTime": "2026-11-21T10:19:58Z",
                    "endTime": "2027-11-21T10:19:58Z"
                },
                "acceptor": {"accountId": "444455556666"},
                "proposer": {"accountId": "111122223333"},
                "offer": {"id": "offer-aexample1234z"},
                "product": {"id": "prod-abcexample123", "code": "a1b2c3d4e5f6g7h8i9j0k1l2m"},
                "license": {"arn": ARN}
            }
        })
    }

    fn read(event: &Json) -> Result<LicenseNews, LicenseEventError> {
        parse_license_event(event.to_string().as_bytes())
    }

    fn refused(event: &Json) -> (&'static str, String) {
        let error = read(event).unwrap_err();
        (error.code(), error.to_string())
    }

    fn event(change: LicenseChange, account: Option<&str>) -> LicenseNews {
        LicenseNews::Event(LicenseEvent {
            license_arn: LicenseArn::parse(ARN).unwrap(),
            account: account.map(|account| CustomerAwsAccountId::parse(account).unwrap()),
            time: Timestamp::parse_iso_8601("2026-11-21T10:20:30Z").unwrap(),
            change,
        })
    }

    #[test]
    fn license_events_are_told_by_the_words_before_the_party() {
        for suffix in ["", " - Manufacturer", " - Proposer", " - Channel Partner", " - New - One"] {
            assert_eq!(
                read(&sample(&format!("License Updated{suffix}"))),
                Ok(event(LicenseChange::Updated, Some("444455556666")))
            );
            assert_eq!(
                read(&sample(&format!("License Deprovisioned{suffix}"))),
                Ok(event(LicenseChange::Deprovisioned, Some("444455556666")))
            );
        }
    }

    #[test]
    fn other_events_of_the_source_are_nothing_to_do_whatever_their_detail() {
        for detail_type in [
            "Purchase Agreement Created - Proposer",
            "Purchase Agreement Ended - Manufacturer",
            "License Updated-Manufacturer",
            "license updated - Manufacturer",
            "Something New",
            "",
        ] {
            let mut sample = sample(detail_type);
            sample["detail"] = Json::Null;
            sample.as_object_mut().unwrap().remove("time");
            assert_eq!(read(&sample), Ok(LicenseNews::Nothing { detail_type: detail_type.into() }));
        }
    }

    #[test]
    fn an_acceptor_that_cannot_be_read_is_absent() {
        for acceptor in [json!(null), json!("444455556666"), json!({}), json!({"accountId": "x"})] {
            let mut sample = sample("License Updated - Manufacturer");
            sample["detail"]["acceptor"] = acceptor;
            assert_eq!(read(&sample), Ok(event(LicenseChange::Updated, None)));
        }
    }

    #[test]
    fn refusals_say_what_to_mend() {
        let updated = || sample("License Updated - Manufacturer");
        let with = |name: &str, value: Json| {
            let mut sample = updated();
            sample[name] = value;
            refused(&sample)
        };
        let with_detail = |value: Json| with("detail", value);
        let error = |code: &'static str, message: &str| (code, message.to_owned());
        assert_eq!(
            with("source", json!("aws.marketplacecatalog")),
            error(
                "other_event_source",
                "the event comes from \"aws.marketplacecatalog\"; let the rule match source \"aws.agreement-marketplace\" alone"
            )
        );
        assert_eq!(with("source", json!("AWS.agreement-marketplace")).0, "other_event_source");
        assert_eq!(
            with("source", Json::Null),
            error("missing_member", "the license event has no source; pass the event on unchanged")
        );
        assert_eq!(
            with("time", json!("yesterday")),
            error(
                "timestamp_not_iso_8601",
                "time of the license event is \"yesterday\": not an ISO 8601 time: write it as 2026-11-21T10:00:00Z"
            )
        );
        assert_eq!(
            with("time", json!(1_795_255_200)),
            error(
                "wrong_type",
                "time of the license event is a number and not a string; pass the event on unchanged"
            )
        );
        assert_eq!(
            with_detail(json!([])),
            error(
                "wrong_type",
                "detail of the license event is an array and not an object; pass the event on unchanged"
            )
        );
        assert_eq!(
            with_detail(json!({"license": {}})),
            error(
                "missing_member",
                "the license event has no detail.license.arn; pass the event on unchanged"
            )
        );
        assert_eq!(
            with_detail(json!({"license": {"arn": "l-0123"}})),
            error(
                "invalid_license_arn",
                "detail.license.arn: LicenseArn is no ARN: it does not begin with \"arn:\"; expected arn:aws:license-manager:REGION:ACCOUNT:license:ID"
            )
        );
        assert_eq!(
            refused(&json!([updated()])),
            error(
                "wrong_type",
                "the license event is an array; pass on an object as EventBridge sends it"
            )
        );
    }

    #[test]
    fn what_is_no_json_or_too_large_is_refused() {
        let error = parse_license_event(b"{\"source\":").unwrap_err();
        assert_eq!(error.code(), "json_unexpected_end");
        assert_eq!(
            error.to_string(),
            "the license event is not JSON: the text ends where a JSON value should come: was it cut off? (byte 10)"
        );
        let error = parse_license_event(&vec![b' '; MAX_BYTES + 1]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the license event has 1048577 bytes and at most 1048576 are read; pass on the event alone"
        );
        assert_eq!(error.code(), "license_event_too_large");
    }

    proptest! {
        #[test]
        fn a_changed_byte_never_panics(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
            let mut body = sample("License Updated - Manufacturer").to_string().into_bytes();
            let at = at.index(body.len());
            body[at] = byte;
            let _ = parse_license_event(&body);
            let _ = parse_license_event(&body[..at]);
        }
    }
}
