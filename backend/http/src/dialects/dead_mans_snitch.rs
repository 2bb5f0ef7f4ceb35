//! Dead Man's Snitch: `/dms/<token>?m=<message>&s=<exit status>`, and `/<token>` on the ping host; the token
//! is a monitor's check-in key. Both parameters may also come as a form: `curl -d s=$? …` is how most scripts say it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use crontopus_app::ingest::{CheckInKind, Door, Outcome, Target};
use crontopus_app::secret;

use super::arrival::read;
use super::query::{pairs, part};
use super::{Arrival, Taken, text};
use crate::serving::Serving;

/// Most of a form that is read.
const LARGEST_FORM: u64 = 1 << 20;

/// `/dms/<token>`.
pub(super) async fn snitch(State(serving): State<Serving>, request: Request) -> Response {
    let path = request.uri().path().trim_end_matches('/');
    let token = part(path.strip_prefix("/dms/").unwrap_or_default());
    report(&serving, &token, request).await
}

/// A report with a token.
pub(super) async fn report(serving: &Serving, token: &str, request: Request) -> Response {
    let mut said = pairs(request.uri().query());
    let (head, mut body) = request.into_parts();
    if is_form(&head.headers) {
        let mut form = Vec::new();
        read(
            std::mem::take(&mut body),
            |more| form.extend_from_slice(more),
            LARGEST_FORM,
            serving.patience(),
        )
        .await;
        said.extend(form_urlencoded::parse(&form).into_owned());
    }
    let value = |name: &str| said.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.trim());
    let status = value("s").unwrap_or_default();
    let well = matches!(status, "" | "0");
    let target = Target::Key { hash: secret::hash(token) };
    let mut arrival = Arrival::new(serving, Door::DeadMansSnitch, target, CheckInKind::End { well });
    arrival.check_in().exit_status = status.parse().ok();
    if let Some(message) = value("m").filter(|m| !m.is_empty()) {
        arrival.output.push(message.as_bytes());
        arrival.output.push(b"\n");
    }
    match arrival.take(serving, body).await {
        Ok(Taken::Done(Outcome::Accepted { .. })) => text::plain(StatusCode::ACCEPTED, "Got it, thanks!"),
        Ok(Taken::Done(_)) => text::plain(StatusCode::NOT_FOUND, "not found"),
        Ok(Taken::Limited(failure)) | Err(failure) => failure.into_response(),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}
