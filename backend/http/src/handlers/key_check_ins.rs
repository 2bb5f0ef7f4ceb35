use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use crontopus_api::{CheckInOutcome, Code};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, Outcome, OutputKeeper, Proposal, Rejection, Target};
use crontopus_app::secret;
use jiff::Timestamp;

use crate::answer::Answer;
use crate::dialects::{ANY_ORIGIN, Arrival, Taken, milliseconds, pairs, run_key};
use crate::extract::Path;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::check_ins;

/// Parts of an address.
type One = (String,);
type Two = (String, String);
type Three = (String, String, String);
type Four = (String, String, String, String);

/// Declares the operations of one address, for the methods that are alike.
macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident, $method:ident $path:literal, $parts:ident($($part:ident $text:literal),+) => $target:expr;)+) => {$(
        $(#[$doc])*
        #[utoipa::path($method, path = $path, tag = "check-ins",
            params($(($text = String, Path)),+),
            responses((status = 200, body = CheckInOutcome), Failure))]
        pub(crate) async fn $name(
            State(serving): State<Serving>,
            Path(($($part,)+)): Path<$parts>,
            request: Request,
        ) -> Response {
            let (target, signal) = $target;
            check_in(&serving, target, signal, request).await.into_response()
        }
    )+};
}

doors! {
    /// Reports a success of the job of a key.
    get_key_check_in, get "/in/{key}", One(key "key") => (of_key(&key), None);
    /// Reports a success of the job of a key; the body is its output.
    post_key_check_in, post "/in/{key}", One(key "key") => (of_key(&key), None);
    /// Reports `start`, `success`, `fail`, `skipped`, `log`, `heartbeat` or an exit status of the job of a key.
    get_key_signal, get "/in/{key}/{signal}", Two(key "key", signal "signal") => (of_key(&key), Some(signal));
    /// Reports `start`, `success`, `fail`, `skipped`, `log`, `heartbeat` or an exit status; the body is the output.
    post_key_signal, post "/in/{key}/{signal}", Two(key "key", signal "signal") => (of_key(&key), Some(signal));
    /// Reports a success of a job by its name, with the tenant's key.
    get_job_check_in, get "/in/{key}/{namespace}/{job}", Three(key "key", namespace "namespace", job "job") =>
        (of_job(&key, namespace, job), None);
    /// Reports a success of a job by its name, with the tenant's key; the body is its output.
    post_job_check_in, post "/in/{key}/{namespace}/{job}", Three(key "key", namespace "namespace", job "job") =>
        (of_job(&key, namespace, job), None);
    /// Reports `start`, `success`, `fail`, `skipped`, `log`, `heartbeat` or an exit status of a job by its name.
    get_job_signal, get "/in/{key}/{namespace}/{job}/{signal}", Four(key "key", namespace "namespace", job "job", signal "signal") =>
        (of_job(&key, namespace, job), Some(signal));
    /// Reports `start`, `success`, `fail`, `skipped`, `log`, `heartbeat` or an exit status of a job by its name; the
    /// body is its output.
    post_job_signal, post "/in/{key}/{namespace}/{job}/{signal}", Four(key "key", namespace "namespace", job "job", signal "signal") =>
        (of_job(&key, namespace, job), Some(signal));
}

fn of_key(key: &str) -> Target {
    Target::Key { hash: secret::hash(key) }
}

fn of_job(key: &str, namespace: String, name: String) -> Target {
    Target::TenantKey { hash: secret::hash(key), namespace, name }
}

async fn check_in(
    serving: &Serving,
    target: Target,
    signal: Option<String>,
    request: Request,
) -> Result<([(HeaderName, HeaderValue); 1], Answer<CheckInOutcome>), Failure> {
    let query = pairs(request.uri().query());
    let said = meaning(signal.as_deref());
    let (kind, exit_status) = said.unwrap_or((CheckInKind::Log, None));
    let mut arrival = Arrival::new(serving, Door::Key, target, kind);
    arrival.check_in().exit_status = exit_status;
    arrival.terms().refused = said.is_none().then_some(Rejection::InvalidAddress);
    let mut output = OutputKeeper::default();
    asked(&query, arrival.check_in(), &mut output);
    arrival.output = output;
    if query.iter().any(|(name, value)| name == "create" && value == "1") {
        arrival.terms().discover = true;
        arrival.terms().proposal = Some(proposal(&query));
    }
    match arrival.take(serving, request.into_body()).await? {
        Taken::Limited(failure) => Err(failure),
        Taken::Done(Outcome::Rejected(Rejection::InvalidAddress)) => {
            let wanted = "after the key comes start, success, fail, skipped, log, heartbeat or 0 to 255";
            Err(Failure::new(Code::NotFound, wanted))
        }
        Taken::Done(Outcome::Rejected(_)) => {
            Err(Failure::new(Code::NotFound, "no job has this key, or the job is not known"))
        }
        Taken::Done(outcome) => Ok(([ANY_ORIGIN], Answer(check_ins::outcome(outcome)))),
    }
}

/// What the end of the path says; nothing is a success.
fn meaning(signal: Option<&str>) -> Option<(CheckInKind, Option<i32>)> {
    Some(match signal.unwrap_or("success") {
        "start" => (CheckInKind::Start, None),
        "success" => (CheckInKind::End { well: true }, None),
        "fail" => (CheckInKind::End { well: false }, None),
        "skipped" => (CheckInKind::Skipped, None),
        "log" => (CheckInKind::Log, None),
        "heartbeat" => (CheckInKind::Heartbeat, None),
        text => match text.parse::<u8>() {
            Ok(status) if text.len() <= 3 && !text.starts_with('+') => {
                (CheckInKind::End { well: status == 0 }, Some(status.into()))
            }
            _ => return None,
        },
    })
}

/// Takes over what the query says. What cannot be read is passed over: the signal counts.
fn asked(query: &[(String, String)], check_in: &mut CheckIn, output: &mut OutputKeeper) {
    for (name, value) in query {
        match name.as_str() {
            "rid" => check_in.key = run_key(value),
            "host" if !value.is_empty() => check_in.host = Some(check_ins::short(value.clone())),
            "env" if !value.is_empty() => check_in.environment = Some(check_ins::short(value.clone())),
            "at" => check_in.at = value.parse::<Timestamp>().ok().map(|at| at.as_millisecond()),
            "signal" => ended_by(value, check_in),
            "duration" => check_in.duration_ms = milliseconds(value),
            "msg" if !value.is_empty() => output.push(format!("{value}\n").as_bytes()),
            name => metric(name, value, check_in),
        }
    }
}

/// What `schedule`, `tz` and `grace` (seconds) say is to be expected.
fn proposal(query: &[(String, String)]) -> Proposal {
    let value = |name: &str| query.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str());
    Proposal {
        schedule: value("schedule").and_then(Proposal::text),
        timezone: value("tz").and_then(Proposal::text),
        late_ms: value("grace").and_then(milliseconds),
        ..Proposal::default()
    }
}

/// A run that a signal ended has no exit status, whatever a shell makes of it.
fn ended_by(value: &str, check_in: &mut CheckIn) {
    if let Ok(number @ 1..=64) = value.parse::<i32>()
        && matches!(check_in.kind, CheckInKind::End { .. })
    {
        check_in.kind = CheckInKind::End { well: false };
        (check_in.exit_status, check_in.signal) = (None, Some(number));
    }
}

fn metric(name: &str, value: &str, check_in: &mut CheckIn) {
    let Some(name) = name.strip_prefix("m.").filter(|n| (1..=100).contains(&n.len())) else { return };
    if let Ok(number) = value.parse::<f64>()
        && number.is_finite()
        && check_in.metrics.len() < 50
    {
        check_in.metrics.insert(name.to_owned(), number);
    }
}

#[cfg(test)]
mod tests {
    use crontopus_app::ingest::RunKey;

    use super::*;

    #[test]
    fn what_the_path_says() {
        for (text, kind, status) in [
            (None, CheckInKind::End { well: true }, None),
            (Some("start"), CheckInKind::Start, None),
            (Some("fail"), CheckInKind::End { well: false }, None),
            (Some("0"), CheckInKind::End { well: true }, Some(0)),
            (Some("255"), CheckInKind::End { well: false }, Some(255)),
        ] {
            assert_eq!(meaning(text), Some((kind, status)), "{text:?}");
        }
        for text in ["256", "-1", "+1", "0000", "done", "", "START"] {
            assert_eq!(meaning(Some(text)), None, "{text}");
        }
    }

    #[test]
    fn what_the_query_says() {
        let mut check_in = CheckIn::new(CheckInKind::Start, RunKey::None);
        let mut output = OutputKeeper::default();
        asked(
            &pairs(Some(
                "rid=a%2Fb&host=web1&duration=1.5&env=&msg=hi%20there&m.rows=12&m.bad=x&other=1&%FF=%FF",
            )),
            &mut check_in,
            &mut output,
        );
        assert_eq!(check_in.key, RunKey::External("a/b".into()));
        assert_eq!((check_in.host.as_deref(), check_in.duration_ms), (Some("web1"), Some(1500)));
        assert_eq!(check_in.metrics.into_iter().collect::<Vec<_>>(), [("rows".to_owned(), 12.0)]);
        assert_eq!(output.finish().unwrap().head, b"hi there\n");
    }

    #[test]
    fn when_and_by_which_signal() {
        let asked = |kind, query: &str| {
            let mut check_in = CheckIn { exit_status: Some(137), ..CheckIn::new(kind, RunKey::None) };
            asked(&pairs(Some(query)), &mut check_in, &mut OutputKeeper::default());
            (check_in.kind, check_in.exit_status, check_in.signal, check_in.at)
        };
        let end = CheckInKind::End { well: true };
        let badly = CheckInKind::End { well: false };
        assert_eq!(asked(end, "signal=9&at=1970-01-01T00%3A00%3A01.5Z"), (badly, None, Some(9), Some(1500)));
        for query in ["signal=0", "signal=65", "signal=x", "at=now", "at="] {
            assert_eq!(asked(end, query), (end, Some(137), None, None), "{query}");
        }
        assert_eq!(asked(CheckInKind::Log, "signal=9").2, None);
    }
}
