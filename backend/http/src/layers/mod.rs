//! What happens to every request and answer, whoever handles it.

pub(crate) mod answer_signature;
pub(crate) mod frame;
pub(crate) mod idempotency;
mod observe;
pub(crate) mod problems;
mod request_id;
mod security;
mod trace;
