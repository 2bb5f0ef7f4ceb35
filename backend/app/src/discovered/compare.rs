use std::time::Duration;

use crontopus_domain::{MonitorSpec, Proposal};
use crontopus_ids::MonitorId;
use crontopus_manifest::format_duration;
use crontopus_schedule::Cron;

use crate::access::Actor;
use crate::{App, Result};

/// What a client says of a job that Git declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Through which door it said so.
    pub dialect: String,
    /// Since when, UTC milliseconds.
    pub at: i64,
    /// Where it differs from the manifest.
    pub differences: Vec<Difference>,
}

/// One thing that a client says otherwise than the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The manifest's field.
    pub field: &'static str,
    /// What the manifest says.
    pub declared: Option<String>,
    /// What the client says.
    pub proposed: String,
}

impl App {
    /// What a client last said of a monitor's job, and where that is not what its manifest says.
    pub async fn find_monitor_proposal(&self, actor: &Actor, id: MonitorId) -> Result<Option<Proposed>> {
        let mut read = self.read(actor.tenant_id).await?;
        let Some(said) = read.find_proposal(id).await? else { return Ok(None) };
        let Some(monitor) = read.find_monitor(id).await? else { return Ok(None) };
        let differences = differences(&monitor.spec()?, &said.proposal);
        Ok(Some(Proposed { dialect: said.dialect, at: said.at, differences }))
    }
}

/// Where `said` is not what `spec` declares. What the client leaves open is no difference.
fn differences(spec: &MonitorSpec, said: &Proposal) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |field, declared: Option<String>, proposed: Option<String>| {
        if let Some(proposed) = proposed
            && declared.as_ref() != Some(&proposed)
        {
            found.push(Difference { field, declared, proposed });
        }
    };
    let crons: Vec<String> = spec.crons.iter().map(Cron::to_string).collect();
    let every = spec.every.map(|every| duration(i64::from(every.seconds()) * 1_000));
    let declared =
        (!crons.is_empty()).then(|| crons.join(", ")).or_else(|| every.map(|e| format!("every {e}")));
    let normal = |cron: &String| cron.parse::<Cron>().map_or_else(|_| cron.clone(), |cron| cron.to_string());
    let proposed = said.schedule.as_ref().map(normal);
    let proposed = proposed.or_else(|| said.every_ms.map(|ms| format!("every {}", duration(ms))));
    compare("schedule", declared, proposed);
    compare("timezone", Some(spec.timezone.clone()), said.timezone.clone());
    compare("startWindow.late", Some(duration(spec.late_ms)), said.late_ms.map(duration));
    compare("maxRuntime", spec.max_runtime_ms.map(duration), said.max_runtime_ms.map(duration));
    let number = |n: u32| n.to_string();
    compare("alerts.after", Some(number(spec.alert_after)), said.alert_after.map(number));
    compare("alerts.recoverAfter", Some(number(spec.recover_after)), said.recover_after.map(number));
    found
}

fn duration(ms: i64) -> String {
    format_duration(Duration::from_millis(ms.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use crontopus_domain::Place;
    use crontopus_manifest::{Body, parse_file};

    use super::*;

    const JOB: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  schedule: \"0 2 * * *\"\n  \
                       timezone: Europe/Vienna\n  startWindow: {late: 5m}\n  maxRuntime: 30m\n  alerts: {after: 2}\n";

    #[test]
    fn only_what_is_said_otherwise_is_a_difference() {
        let parsed = parse_file("ops/a.yaml", JOB.as_bytes());
        let Some(Body::Job(job)) = parsed.documents.first().map(|d| &d.body) else { panic!("a job") };
        let spec = MonitorSpec::of(job, &Place::Elsewhere);
        let same = Proposal {
            schedule: Some("0  2 * * *".into()),
            timezone: Some("Europe/Vienna".into()),
            late_ms: Some(300_000),
            max_runtime_ms: Some(1_800_000),
            alert_after: Some(2),
            recover_after: None,
            every_ms: None,
        };
        assert_eq!(differences(&spec, &same), []);
        assert_eq!(differences(&spec, &Proposal::default()), []);
        let other = Proposal {
            schedule: Some("0 3 * * *".into()),
            max_runtime_ms: Some(60_000),
            recover_after: Some(3),
            ..Proposal::default()
        };
        let texts: Vec<String> = differences(&spec, &other)
            .into_iter()
            .map(|d| format!("{}: {} -> {}", d.field, d.declared.unwrap_or_default(), d.proposed))
            .collect();
        assert_eq!(
            texts,
            ["schedule: 0 2 * * * -> 0 3 * * *", "maxRuntime: 30m -> 1m", "alerts.recoverAfter: 1 -> 3"]
        );
        let every = Proposal { every_ms: Some(900_000), ..Proposal::default() };
        assert_eq!(differences(&spec, &every)[0].proposed, "every 15m");
    }
}
