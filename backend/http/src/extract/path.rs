use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use crontopus_api::Code;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Parameters of the path. What cannot be read as what the operation wants names nothing: 404.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    #[expect(clippy::disallowed_types, reason = "this is what the others shall use")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Failure::new(Code::NotFound, "the path names nothing that could exist")),
        }
    }
}
