//! What happens to every request and answer, whoever handles it.

pub(crate) mod answer_signature;
pub(crate) mod idempotency;
pub(crate) mod observe;
pub(crate) mod problems;
pub(crate) mod request_id;
pub(crate) mod security;
mod trace;
