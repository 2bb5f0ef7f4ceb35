use axum::http::Method;

use super::refusal::Refusal;

/// The only five requests of the smart protocol; everything else is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// What there is to fetch.
    AdvertiseFetch,
    /// What there is to push to.
    AdvertisePush,
    /// Fetch.
    Fetch,
    /// Push.
    Push,
}

impl Service {
    pub(super) fn of(method: &Method, rest: &str, query: Option<&str>) -> Result<Self, Refusal> {
        match (method.as_str(), rest, query) {
            ("GET", "info/refs", Some("service=git-upload-pack")) => Ok(Self::AdvertiseFetch),
            ("GET", "info/refs", Some("service=git-receive-pack")) => Ok(Self::AdvertisePush),
            ("POST", "git-upload-pack", None) => Ok(Self::Fetch),
            ("POST", "git-receive-pack", None) => Ok(Self::Push),
            ("GET", "info/refs", _) => Err(Refusal::Dumb),
            _ => Err(Refusal::NotFound),
        }
    }

    /// Whether it is about changing the repository.
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::AdvertisePush | Self::Push)
    }

    /// Path below the repository and query, as `git http-backend` wants them.
    pub(super) fn target(self) -> (&'static str, &'static str) {
        match self {
            Self::AdvertiseFetch => ("info/refs", "service=git-upload-pack"),
            Self::AdvertisePush => ("info/refs", "service=git-receive-pack"),
            Self::Fetch => ("git-upload-pack", ""),
            Self::Push => ("git-receive-pack", ""),
        }
    }
}
