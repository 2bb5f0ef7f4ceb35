//! Better Stack heartbeats: `/api/v1/heartbeat/<token>[/fail|/<exit status>]` with the output as body; the
//! token is a monitor's check-in key.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Outcome, Rejection, Target};
use crontopus_app::secret;

use super::query::part;
use super::{Arrival, Taken, text};
use crate::serving::Serving;

/// `/api/v1/heartbeat/<token>[/<signal>]`.
pub(super) async fn heartbeat(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().trim_end_matches('/');
    let path = path.strip_prefix("/api/v1/heartbeat/").unwrap_or_default();
    let (token, signal) = path.split_once('/').map_or((path, None), |(token, signal)| (token, Some(signal)));
    let target = Target::Key { hash: secret::hash(&part(token)) };
    let said = match signal {
        None => Some((true, None)),
        Some("fail") => Some((false, None)),
        Some(status) => status.parse::<u8>().ok().map(|status| (status == 0, Some(i32::from(status)))),
    };
    let (well, exit_status) = said.unwrap_or((false, None));
    let mut arrival = Arrival::new(&serving, Door::BetterStack, target, CheckInKind::End { well });
    arrival.check_in().exit_status = exit_status;
    arrival.terms().refused = said.is_none().then_some(Rejection::InvalidAddress);
    match arrival.take(&serving, request.into_body()).await {
        Ok(Taken::Done(Outcome::Accepted { .. })) => text::plain(StatusCode::OK, "OK"),
        Ok(Taken::Done(_)) => text::plain(StatusCode::NOT_FOUND, "not found"),
        Ok(Taken::Limited(failure)) | Err(failure) => failure.into_response(),
    }
}
