//! From the bytes of a body to events, each read by itself.

use meterproof::json::{self, Kind, Span, Value};

use super::cloud_event::{cloud_event, is_cloud_event};
use super::defaults::EventDefaults;
use super::object::Located;
use super::place::Place;
use super::plain::plain;
use super::problem::EventProblem;
use super::split::{Elements, elements};
use super::stamp::fits;
use super::{EventError, EventFault, UsageEvent};
use crate::text::json_error;

/// The most bytes of a body: 5 MiB.
pub const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;

/// The most events of a body.
pub const MAX_EVENTS: usize = 10_000;

/// The most bytes of one event: 1 MiB. AWS takes less in a whole request (service model
/// 2016-01-14, `BatchMeterUsage`).
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// One event of a body, readable or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventEntry {
    /// Where the event stands, in bytes of the body: with it, a caller quotes exactly the text
    /// that was refused.
    pub span: Span,
    /// The event, or what is wrong with it.
    pub event: Result<UsageEvent, Box<EventFault>>,
}

/// Reads a body: one event, or an array of events, each in plain form or as a structured
/// CloudEvent; the entries stand in the body's order. What is wrong with one event leaves the
/// others as they are, even where it is not JSON, as long as brackets and quotation marks tell
/// where it ends.
///
/// At most 5 MiB, at most 10,000 events and at most 1 MiB an event. Strict: names stand once,
/// unknown members are refused by name, exactly one form of identity is named, quantities never
/// pass through a float.
///
/// # Errors
/// [`EventError`] where the body as a whole cannot be read: then no event was.
///
/// ```
/// use meterproof_metering::{EventDefaults, parse_events};
///
/// let body = br#"[
///   {"EventId": "e1", "Timestamp": 1795255200, "ProductCode": "prod-1",
///    "CustomerAWSAccountId": "444455556666", "Dimension": "users", "Quantity": 17},
///   {"EventId": "e2", "Timestamp": 1795255200, "ProductCode": "prod-1",
///    "CustomerAWSAccountId": "444455556666", "Dimension": "users", "Quantity": 1.5}
/// ]"#;
/// let entries = parse_events(body, &EventDefaults::default()).unwrap();
///
/// let event = entries[0].event.as_ref().unwrap();
/// assert_eq!(event.id().id(), "e1");
///
/// let fault = entries[1].event.as_ref().unwrap_err();
/// assert_eq!(fault.id.as_deref(), Some("e2"));
/// assert_eq!(fault.code(), "quantity_fraction");
/// assert_eq!(
///     fault.to_string(),
///     "/1/Quantity: quantity 1.5 has a fraction; write a whole number, or use the AsDecimal member",
/// );
/// ```
pub fn parse_events(body: &[u8], defaults: &EventDefaults) -> Result<Vec<EventEntry>, EventError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(EventError::BodyTooLarge { bytes: body.len(), limit: MAX_BODY_BYTES });
    }
    let Some(Elements { spans, count }) = elements(body, MAX_EVENTS) else {
        return one(body, defaults);
    };
    if count > MAX_EVENTS {
        return Err(EventError::TooManyEvents { actual: count, limit: MAX_EVENTS });
    }
    let entries = spans.into_iter().enumerate().map(|(index, span)| {
        let place = Place::ROOT.element(index);
        let text = body.get(span.start..span.end).unwrap_or_default();
        let event = if text.len() > MAX_EVENT_BYTES {
            Err(too_large(index, &place, span))
        } else {
            match json::parse(text) {
                Ok(value) => read(&value, index, &place, span.start, defaults),
                Err(error) => {
                    let error = json_error(error, span.start);
                    let at = error.at();
                    let end = (at + 1).min(span.end).max(at);
                    Err(Box::new(EventFault {
                        index,
                        pointer: place.pointer(),
                        span: Span { start: at, end },
                        id: None,
                        source: None,
                        problem: EventProblem::NotJson(error),
                    }))
                }
            }
        };
        EventEntry { span, event }
    });
    Ok(entries.collect())
}

/// A body that is no array whose elements can be told apart.
fn one(body: &[u8], defaults: &EventDefaults) -> Result<Vec<EventEntry>, EventError> {
    let trimmed = body.trim_ascii();
    if trimmed.len() > MAX_EVENT_BYTES && trimmed.starts_with(b"{") {
        let start = body.len() - body.trim_ascii_start().len();
        let span = Span { start, end: start + trimmed.len() };
        return Ok(vec![EventEntry { span, event: Err(too_large(0, &Place::ROOT, span)) }]);
    }
    let value = json::parse(body).map_err(|error| EventError::NotJson(json_error(error, 0)))?;
    if value.as_object().is_none() {
        return Err(EventError::NotEvents { actual: value.type_name() });
    }
    let event = read(&value, 0, &Place::ROOT, 0, defaults);
    Ok(vec![EventEntry { span: value.span, event }])
}

/// Reads one event whose text begins at `start` of the body.
fn read(
    value: &Value<'_>,
    index: usize,
    place: &Place<'_>,
    start: usize,
    defaults: &EventDefaults,
) -> Result<UsageEvent, Box<EventFault>> {
    let is_cloud_event = is_cloud_event(value);
    let event = if is_cloud_event {
        cloud_event(value, place, defaults)
    } else {
        plain(value, place, defaults)
    };
    event.map_err(|located| {
        let Located { pointer, span, problem } = *located;
        let (id, source) = if is_cloud_event { ("id", "source") } else { ("EventId", "Source") };
        Box::new(EventFault {
            index,
            pointer,
            span: Span { start: span.start + start, end: span.end + start },
            id: readable(value, id),
            source: readable(value, source),
            problem,
        })
    })
}

/// A text that can be part of an event's id.
fn readable(value: &Value<'_>, name: &str) -> Option<String> {
    match &value.get(name)?.kind {
        Kind::String(text) if !text.is_empty() && fits(text) => Some(text.clone().into_owned()),
        _ => None,
    }
}

fn too_large(index: usize, place: &Place<'_>, span: Span) -> Box<EventFault> {
    Box::new(EventFault {
        index,
        pointer: place.pointer(),
        span,
        id: None,
        source: None,
        problem: EventProblem::TooLarge { bytes: span.end - span.start, limit: MAX_EVENT_BYTES },
    })
}
