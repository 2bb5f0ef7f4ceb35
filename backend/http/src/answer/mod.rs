//! What handlers answer: one type for each status, JSON bodies, `ETag`s on what is polled.

mod etag;
mod json;

pub(crate) use etag::Tagged;
pub(crate) use json::{Accepted, Answer, Created, NoContent};
