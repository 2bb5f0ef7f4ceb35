use crontopus_app::ingest::Proposal;
use serde_json::Value;

const MINUTE_MS: i64 = 60_000;

/// What a `monitor_config` says is to be expected; `None` when a field of it is not what it has to be.
pub(super) fn proposal(config: &Value) -> Option<Proposal> {
    let config = config.as_object()?;
    let given = |name: &str| config.get(name).filter(|value| !value.is_null());
    let minutes = |name: &str| match given(name) {
        None => Some(None),
        Some(value) => whole(value).and_then(|n| n.checked_mul(MINUTE_MS)).map(Some),
    };
    let count = |name: &str| match given(name) {
        None => Some(None),
        Some(value) => whole(value).and_then(|n| u32::try_from(n).ok()).map(Some),
    };
    let timezone = match given("timezone") {
        None => None,
        Some(zone) => Some(Proposal::text(zone.as_str()?)?),
    };
    let mut proposal = Proposal {
        timezone,
        late_ms: minutes("checkin_margin")?,
        max_runtime_ms: minutes("max_runtime")?,
        alert_after: count("failure_issue_threshold")?,
        recover_after: count("recovery_threshold")?,
        ..Proposal::default()
    };
    if let Some(schedule) = given("schedule") {
        let value = schedule.get("value")?;
        match schedule.get("type")?.as_str()? {
            "crontab" => proposal.schedule = Some(Proposal::text(value.as_str()?)?),
            "interval" => {
                let unit = unit(schedule.get("unit")?.as_str()?)?;
                proposal.every_ms = Some(whole(value)?.checked_mul(unit)?);
            }
            _ => return None,
        }
    }
    Some(proposal)
}

fn whole(value: &Value) -> Option<i64> {
    let whole = value.as_i64().or_else(|| value.as_f64().map(|n| n as i64));
    whole.filter(|n| (0..=10_000_000).contains(n))
}

/// Milliseconds of a unit; a month counts 30 days and a year 365.
fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "minute" => MINUTE_MS,
        "hour" => 60 * MINUTE_MS,
        "day" => 1_440 * MINUTE_MS,
        "week" => 7 * 1_440 * MINUTE_MS,
        "month" => 30 * 1_440 * MINUTE_MS,
        "year" => 365 * 1_440 * MINUTE_MS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_configuration_is_read_whole_or_not_at_all() {
        let config = json!({
            "schedule": {"type": "crontab", "value": "0 * * * *"}, "timezone": "Europe/Vienna",
            "checkin_margin": 5, "max_runtime": 30, "failure_issue_threshold": 2, "recovery_threshold": null,
            "owner": "team:1",
        });
        let wanted = Proposal {
            schedule: Some("0 * * * *".into()),
            timezone: Some("Europe/Vienna".into()),
            late_ms: Some(300_000),
            max_runtime_ms: Some(1_800_000),
            alert_after: Some(2),
            ..Proposal::default()
        };
        assert_eq!(proposal(&config), Some(wanted));
        let every = proposal(&json!({"schedule": {"type": "interval", "value": 2, "unit": "hour"}}));
        assert_eq!(every.unwrap().every_ms, Some(7_200_000));
        assert_eq!(proposal(&json!({})), Some(Proposal::default()));
        for wrong in [
            json!([]),
            json!({"schedule": "0 * * * *"}),
            json!({"schedule": {"type": "crontab", "value": 5}}),
            json!({"schedule": {"type": "interval", "value": 2, "unit": "fortnight"}}),
            json!({"schedule": {"type": "interval", "value": -2, "unit": "hour"}}),
            json!({"schedule": {"type": "moon", "value": "full"}}),
            json!({"checkin_margin": "soon"}),
            json!({"timezone": 7}),
            json!({"timezone": "x".repeat(257)}),
            json!({"schedule": {"type": "crontab", "value": "x".repeat(257)}}),
        ] {
            assert_eq!(proposal(&wrong), None, "{wrong}");
        }
    }
}
