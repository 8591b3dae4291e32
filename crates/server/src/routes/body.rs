//! Bodies, read as far as their limit and not a byte further.
//!
//! A body that says how long it is, is refused before it is read; one that does
//! not, as soon as it has become too long. Either way the answer is there while
//! the client still sends.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use types::ErrorCode;

use super::refusal::Refusal;

/// Whether a body says of itself that it is longer than `most`.
pub(super) fn says_too_long(headers: &HeaderMap, most: usize) -> bool {
    let told = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    told.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > most as u64)
}

/// The whole body. The limit is also the route's `DefaultBodyLimit`.
pub(super) async fn read(request: Request, most: usize) -> Result<Bytes, Refusal> {
    if says_too_long(request.headers(), most) {
        return Err(too_large(most));
    }
    Bytes::from_request(request, &()).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large(most)
        } else {
            Refusal::bad("The body could not be read.")
        }
    })
}

/// A body of more than `most` bytes.
pub(super) fn too_large(most: usize) -> Refusal {
    Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::BodyTooLarge).with("limit", most)
}
