use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::Error;

use crate::failure::{Failure, chain};

/// Why the Git host does not serve. Git shows a body of plain text to people, so there are no problems here.
#[derive(Debug)]
pub(super) enum Refusal {
    /// No credential, or a wrong one: Git asks for another.
    Credentials(String),
    /// Known, but not allowed.
    Forbidden(String),
    /// No such repository for this caller.
    NotFound,
    /// A client that does not speak the smart protocol.
    Dumb,
    /// More than is taken.
    TooLarge(u64),
    /// Too much at once.
    Busy,
    /// Something failed here; logged, not told.
    Internal,
    /// What the frame says to agents and to who tries too often.
    Problem(Box<Failure>),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Problem(failure) => return failure.into_response(),
            Self::Credentials(text) => (StatusCode::UNAUTHORIZED, text),
            Self::Forbidden(text) => (StatusCode::FORBIDDEN, text),
            Self::NotFound => (StatusCode::NOT_FOUND, "there is no such repository".to_owned()),
            Self::Dumb => {
                (StatusCode::FORBIDDEN, "only the smart protocol is served; use git 2.0 or newer".to_owned())
            }
            Self::TooLarge(most) => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {most} bytes"))
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "too much at once; try again".to_owned()),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "something failed here".to_owned()),
        };
        let mut response = (status, text + "\n").into_response();
        if status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"Crontopus\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(_) => Self::NotFound,
            Error::Unauthenticated(text) => Self::Credentials(text.to_owned()),
            Error::InvalidCredentials => Self::Credentials(error.to_string()),
            Error::Forbidden(text) => Self::Forbidden(text),
            Error::Internal { .. } => {
                tracing::error!(error = %chain(&error), "the Git host failed");
                Self::Internal
            }
            error => Failure::from(error).into(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Problem(Box::new(failure))
    }
}
