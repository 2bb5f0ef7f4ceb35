use crontopus_app::ingest::{CheckInKind, Door, Rejection, RunKey};
use serde_json::{Map, Value};

use super::auth::Project;
use super::proposal::proposal;
use crate::dialects::{Arrival, run_key, seconds};
use crate::extract::lossy_json;
use crate::serving::Serving;
use crate::wire::check_ins::short;

/// Check-ins that name neither run nor environment belong to the newest run of this one.
const DEFAULT_ENVIRONMENT: &str = "production";

/// What one item of an envelope says.
pub(super) fn of_payload(serving: &Serving, project: &Project, payload: &[u8]) -> Vec<Arrival> {
    match lossy_json(payload) {
        Some(Value::Object(fields)) => of_fields(serving, project, &fields),
        _ => vec![unreadable(serving, project)],
    }
}

/// Something that is no check-in.
pub(super) fn unreadable(serving: &Serving, project: &Project) -> Arrival {
    refused(serving, project, "", Rejection::Unreadable)
}

/// What the fields of a check-in say: the check-in, and beside it what is to be told of its configuration.
pub(super) fn of_fields(serving: &Serving, project: &Project, fields: &Map<String, Value>) -> Vec<Arrival> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    let Some(slug) = text("monitor_slug") else {
        return vec![unreadable(serving, project)];
    };
    let kind = match text("status") {
        Some("ok") => CheckInKind::End { well: true },
        Some("error") => CheckInKind::End { well: false },
        Some("in_progress") => CheckInKind::Start,
        _ => return vec![refused(serving, project, slug, Rejection::InvalidStatus)],
    };
    let mut arrival = Arrival::new(serving, Door::Sentry, project.target(slug), kind);
    arrival.check_in().key = text("check_in_id").map_or(RunKey::None, run_id);
    arrival.check_in().duration_ms = fields.get("duration").and_then(duration);
    let is_named = arrival.check_in().key != RunKey::None;
    let environment = text("environment").or((!is_named).then_some(DEFAULT_ENVIRONMENT));
    arrival.check_in().environment = environment.map(|name| short(name.to_owned()));
    let mut arrivals = Vec::new();
    match fields.get("monitor_config").filter(|config| !config.is_null()) {
        None => {}
        Some(config) => match proposal(config) {
            Some(proposal) => {
                arrival.terms().discover = true;
                arrival.terms().proposal = Some(proposal);
            }
            None => arrivals.push(refused(serving, project, slug, Rejection::InvalidProposal)),
        },
    }
    arrivals.insert(0, arrival);
    arrivals
}

/// An id with or without hyphens; the one of zeros means none.
fn run_id(text: &str) -> RunKey {
    let plain = text.replace('-', "").to_ascii_lowercase();
    match plain.len() == 32 && plain.bytes().all(|b| b.is_ascii_hexdigit()) {
        true if plain.bytes().all(|b| b == b'0') => RunKey::None,
        true => RunKey::External(plain),
        false => run_key(text),
    }
}

/// Seconds, as a number or as its text.
fn duration(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => seconds(&number.to_string()),
        Value::String(text) => seconds(text),
        _ => None,
    }
}

fn refused(serving: &Serving, project: &Project, slug: &str, why: Rejection) -> Arrival {
    let mut arrival = Arrival::new(serving, Door::Sentry, project.target(slug), CheckInKind::Log);
    arrival.terms().refused = Some(why);
    arrival
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_one_with_and_without_hyphens() {
        let plain = RunKey::External("0192f3c16f6e7a529a391c1f0f6a8c11".into());
        assert_eq!(run_id("0192F3C1-6F6E-7A52-9A39-1C1F0F6A8C11"), plain);
        assert_eq!(run_id("0192f3c16f6e7a529a391c1f0f6a8c11"), plain);
        assert_eq!(run_id("00000000-0000-0000-0000-000000000000"), RunKey::None);
        assert_eq!(run_id("nightly 7"), RunKey::External("nightly 7".into()));
    }

    #[test]
    fn durations_are_seconds() {
        assert_eq!(duration(&json!(1.5)), Some(1_500));
        assert_eq!(duration(&json!("2")), Some(2_000));
        for wrong in [json!(null), json!(-1), json!("x"), json!([])] {
            assert_eq!(duration(&wrong), None, "{wrong}");
        }
    }
}
