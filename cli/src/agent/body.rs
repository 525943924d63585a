//! Bodies, no larger and no more of them than there is room for.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use meterproof_metering::{Clock, Ledger, MAX_BODY_BYTES};
use tokio::sync::SemaphorePermit;

use super::problem::Problem;
use super::state::AgentState;

/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body in memory. Its room is free again once this is dropped, so it is kept until the answer.
pub(super) struct Taken<'a> {
    pub(super) bytes: Bytes,
    _room: SemaphorePermit<'a>,
}

/// Reads a body.
///
/// # Errors
/// [`Problem`]: compressed, too large, too slow, cut off, or no room for it now.
pub(super) async fn take<'a, L: Ledger, C: Clock>(
    state: &'a AgentState<L, C>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Taken<'a>, Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding.as_bytes() != b"identity") {
        return Err(Problem::BodyEncoded);
    }
    // Without a length it may be as long as any.
    let length = body.size_hint().exact().unwrap_or(MAX_BODY_BYTES as u64);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_BODY_BYTES {
        return Err(Problem::BodyTooLarge { limit: MAX_BODY_BYTES });
    }
    // At most 5 MiB, so the number fits.
    let room = u32::try_from(length.div_ceil(1024)).unwrap_or(u32::MAX);
    let room = state.kibibytes().try_acquire_many(room).map_err(|_| Problem::TooManyRequests)?;
    let read = tokio::time::timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect()).await;
    let bytes = read.map_err(|_| Problem::BodySlow)?.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Problem::BodyTooLarge { limit: MAX_BODY_BYTES }
        } else {
            Problem::BodyCut
        }
    })?;
    Ok(Taken { bytes: bytes.to_bytes(), _room: room })
}
