use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::{Code, Problem};
use crontopus_app::Error;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

/// An answer that is not what was asked for: a problem (RFC 9457), and when to come back.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) problem: Box<Problem>,
    retry_after: Option<Duration>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// The problem `code` with what is wrong with this request.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(code).detail(detail)), retry_after: None, headers: Vec::new() }
    }

    /// A problem with fields.
    pub(crate) fn of(problem: Problem) -> Self {
        Self { problem: Box::new(problem), retry_after: None, headers: Vec::new() }
    }

    /// One field is not valid: a JSON pointer into the body, or `?name` of a query parameter.
    pub(crate) fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::of(Problem::new(Code::Invalid).detail(detail.clone()).field(pointer, detail))
    }

    /// The same for a request whose fields came as parameters of the query.
    pub(crate) fn in_query(mut self) -> Self {
        for error in &mut self.problem.errors {
            if let Some(name) = error.pointer.strip_prefix('/') {
                error.pointer = format!("?{name}");
            }
        }
        self
    }

    /// Says when to come back.
    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// The body is written by [`crate::layers::problems`], which knows the request's id.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response.headers_mut().extend(self.headers.into_iter().map(|(n, v)| (Some(n), v)));
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(*self.problem);
        response
    }
}

/// In the documents every operation answers a problem when it does not answer what it promises.
impl utoipa::IntoResponses for Failure {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description("A problem; `code` says which")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), response.into())])
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::NotFound(_) => Code::NotFound,
            Error::Conflict(_) => Code::Conflict,
            Error::Invalid(_) => Code::Invalid,
            Error::WeakPassword(_) => Code::WeakPassword,
            Error::Forbidden(_) => Code::Forbidden,
            Error::Unauthenticated(_) => Code::Unauthenticated,
            Error::InvalidCredentials => Code::InvalidCredentials,
            Error::SecondFactorRequired => Code::SecondFactorRequired,
            Error::InvalidCode => Code::InvalidCode,
            Error::InvalidPasskey => Code::InvalidPasskey,
            Error::EnrollToken(_) => Code::EnrollTokenInvalid,
            Error::InvalidSignature(_) => Code::InvalidSignature,
            Error::ClockSkew { .. } => Code::ClockSkew,
            Error::Replayed => Code::Replayed,
            Error::AgentRevoked(_) => Code::AgentRevoked,
            Error::InvalidCursor => Code::InvalidCursor,
            Error::TooLarge(_) => Code::TooLarge,
            Error::Unavailable { .. } => Code::Unavailable,
            Error::Internal { .. } => Code::Internal,
        };
        match error {
            Error::Internal { .. } => {
                tracing::error!(error = %chain(&error), "a request failed");
                Self::of(Problem::new(Code::Internal))
            }
            Error::Unavailable { retry_after, .. } => {
                tracing::warn!(error = %chain(&error), "a request was put off");
                Self::new(code, error.to_string()).retry_after(retry_after)
            }
            Error::ClockSkew { now } => {
                let mut failure = Self::new(code, error.to_string());
                failure.problem.server_time_ms = Some(now.as_millisecond());
                failure
            }
            Error::Invalid(fields) => {
                let detail = fields.iter().map(|f| f.detail.as_str()).collect::<Vec<_>>().join("; ");
                let problem = Problem::new(code).detail(detail);
                Self::of(fields.into_iter().fold(problem, |p, f| p.field(f.pointer, f.detail)))
            }
            error => Self::new(code, error.to_string()),
        }
    }
}

/// The error and its causes, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
