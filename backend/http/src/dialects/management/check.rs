use crontopus_app::checks::Check;
use crontopus_app::monitors::MonitorState;
use serde_json::{Value, json};

use super::badge::Addresses;
use crate::wire::at;

/// A check as the API shows it. Texts that only filter pings elsewhere are empty here.
pub(super) fn check(check: &Check, badges: Option<&Addresses>, base: &str, now: i64) -> Value {
    let Check { monitor, job, pings } = check;
    let (state, uuid) = (&monitor.state, monitor.id.uuid());
    let own = format!("{base}/api/v3/checks/{uuid}");
    let spec = monitor.spec().ok();
    let mut shown = json!({
        "name": monitor.job(),
        "slug": slug(check),
        "tags": tags(check).join(" "),
        "desc": job.as_ref().and_then(|job| job.description.as_deref()).unwrap_or_default(),
        "grace": spec.as_ref().map_or(0, |spec| spec.late_ms / 1_000),
        "n_pings": pings,
        "status": status(state.status_at(now)),
        "started": state.open_runs() > 0,
        "last_ping": state.last_run_at.map(moment),
        "next_ping": state.expected_at.map(moment),
        "manual_resume": false,
        "methods": "",
        "subject": "",
        "subject_fail": "",
        "start_kw": "",
        "success_kw": "",
        "failure_kw": "",
        "filter_subject": false,
        "filter_body": false,
        "filter_http_body": false,
        "filter_default_fail": false,
        "badge_url": badges.map(|badges| badges.of_check(check)),
        "uuid": uuid.to_string(),
        "ping_url": format!("{base}/ping/{uuid}"),
        "update_url": own,
        "pause_url": format!("{own}/pause"),
        "resume_url": format!("{own}/resume"),
        "channels": "",
    });
    if let (Some(spec), Some(fields)) = (spec, shown.as_object_mut()) {
        match spec.every {
            Some(every) => drop(fields.insert("timeout".to_owned(), every.seconds().into())),
            None => {
                let crons: Vec<String> = spec.crons.iter().map(ToString::to_string).collect();
                fields.insert("schedule".to_owned(), crons.join("\n").into());
                fields.insert("tz".to_owned(), spec.timezone.into());
            }
        }
    }
    shown
}

/// Whether a check has every `tag` and the `slug` that is asked for.
pub(super) fn fits(check: &Check, query: &[(String, String)]) -> bool {
    let tags = tags(check);
    query.iter().all(|(name, value)| match name.as_str() {
        "tag" => tags.contains(value),
        "slug" => slug(check) == *value,
        _ => true,
    })
}

/// A moment without its fraction, as the API writes it.
pub(super) fn moment(ms: i64) -> String {
    at(ms - ms.rem_euclid(1_000)).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

fn slug(check: &Check) -> String {
    format!("{}--{}", check.monitor.namespace, check.monitor.name)
}

/// The namespace, the host, and labels as `key=value`.
fn tags(check: &Check) -> Vec<String> {
    let labels = check.job.iter().flat_map(|job| &job.labels).map(|(key, value)| format!("{key}={value}"));
    let place = check.monitor.host.iter().cloned();
    std::iter::once(check.monitor.namespace.clone()).chain(place).chain(labels).collect()
}

/// The words the API has. It has none for a monitor nobody can say anything of; that one is shown in its grace
/// time, which alarms nobody.
fn status(status: MonitorState) -> &'static str {
    match status {
        MonitorState::Pending => "new",
        MonitorState::Ok => "up",
        MonitorState::Late | MonitorState::Unknown => "grace",
        MonitorState::Failing => "down",
        MonitorState::Paused => "paused",
    }
}
