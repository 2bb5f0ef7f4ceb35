//! Dead Man's Snitch: `/dms/<token>?m=<message>&s=<exit status>`, and `/<token>` on the ping host; the token
//! is a monitor's check-in key.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Outcome, Target};
use crontopus_app::secret;

use super::query::{pairs, part};
use super::{Arrival, Taken, text};
use crate::serving::Serving;

/// `/dms/<token>`.
pub(super) async fn snitch(State(serving): State<Serving>, request: Request) -> Response {
    let token = part(request.uri().path().strip_prefix("/dms/").unwrap_or_default());
    report(&serving, &token, request).await
}

/// A report with a token.
pub(super) async fn report(serving: &Serving, token: &str, request: Request) -> Response {
    let query = pairs(request.uri().query());
    let value = |name: &str| query.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.trim());
    let status = value("s").unwrap_or_default();
    let well = matches!(status, "" | "0");
    let target = Target::Key { hash: secret::hash(token) };
    let mut arrival = Arrival::new(serving, Door::DeadMansSnitch, target, CheckInKind::End { well });
    arrival.check_in().exit_status = status.parse().ok();
    if let Some(message) = value("m").filter(|m| !m.is_empty()) {
        arrival.output.push(message.as_bytes());
        arrival.output.push(b"\n");
    }
    match arrival.take(serving, request.into_body()).await {
        Ok(Taken::Done(Outcome::Accepted { .. })) => text::plain(StatusCode::ACCEPTED, "Got it, thanks!"),
        Ok(Taken::Done(_)) => text::plain(StatusCode::NOT_FOUND, "not found"),
        Ok(Taken::Limited(failure)) | Err(failure) => failure.into_response(),
    }
}
