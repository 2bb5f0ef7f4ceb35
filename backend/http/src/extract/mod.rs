//! What handlers take: bodies, queries and paths whose rejections are problems that say where and why.

mod json;
mod lossy;
mod pairs;
mod path;
mod query;
mod window;

pub(crate) use json::{Json, JsonText, Patience, body_bytes};
pub(crate) use lossy::lossy_json;
pub(crate) use path::Path;
pub(crate) use query::{ListQuery, Query, encode_cursor, paging};
pub(crate) use window::{window, window_ahead, within};
