//! Uptime Kuma's push monitor: `/api/push/<token>?status=up|down&msg=&ping=<ms>`; the token is a monitor's
//! check-in key. Every error but a full bucket is 404, which is what its clients know.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Outcome, Target};
use crontopus_app::secret;

use super::query::{pairs, part};
use super::{ANY_ORIGIN, Arrival, Taken};
use crate::serving::Serving;

/// `/api/push/<token>`.
pub(super) async fn push(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().trim_end_matches('/');
    let token = part(path.strip_prefix("/api/push/").unwrap_or_default());
    let query = pairs(request.uri().query());
    let value = |name: &str| query.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let well = value("status").is_none_or(|status| status.is_empty() || status == "up");
    let target = Target::Key { hash: secret::hash(&token) };
    let mut arrival = Arrival::new(&serving, Door::UptimeKuma, target, CheckInKind::End { well });
    if let Some(message) = value("msg").filter(|m| !m.is_empty()) {
        arrival.output.push(message.as_bytes());
        arrival.output.push(b"\n");
    }
    let ping = value("ping").and_then(|ping| ping.parse::<f64>().ok()).filter(|ms| (0.0..=1e11).contains(ms));
    arrival.check_in().metrics.extend(ping.map(|ms| ("ping".to_owned(), ms)));
    match arrival.take(&serving, request.into_body()).await {
        Ok(Taken::Done(Outcome::Accepted { .. })) => answer(StatusCode::OK, r#"{"ok":true}"#),
        Ok(Taken::Done(_)) => {
            answer(StatusCode::NOT_FOUND, r#"{"ok":false,"msg":"Monitor not found or not active."}"#)
        }
        Ok(Taken::Limited(failure)) | Err(failure) => failure.into_response(),
    }
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json; charset=utf-8");
    (status, [ANY_ORIGIN], [kind], body).into_response()
}
