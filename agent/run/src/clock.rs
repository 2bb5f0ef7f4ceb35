use jiff::Timestamp;

/// The host's clock; a time jiff cannot hold is taken for 1970, since the job runs all the same.
#[expect(
    clippy::disallowed_methods,
    reason = "the wrapper's one look at the clock; it takes no clock crate along"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
