use crontopus_api::Agent;

use super::list::short;
use crate::app::App;
use crate::failure::Outcome;
use crate::labels;
use crate::output::{Facts, Table, plain, word};

pub(super) fn run(agent: &str, app: &App) -> Outcome {
    let agent = app.client()?.agents().get(agent)?;
    app.screen.show(&agent, || text(&agent, app))
}

fn text(agent: &Agent, app: &App) -> String {
    let (moments, paint) = (&app.screen.moments, app.screen.paint);
    let summary = &agent.summary;
    let mut facts = Facts::default();
    facts.add("Agent", plain(&summary.name)).add("Id", summary.id.to_string());
    facts.add("State", paint.status(&word(summary.state))).add("Labels", labels::show(&summary.labels));
    facts.add("System", plain(&summary.os)).add("Version", plain(&summary.version));
    let running = if agent.scheduler_running { "" } else { " (does not run)" };
    facts.add("Scheduler", format!("{}{}", plain(&summary.scheduler), paint.red(running)));
    let tzdata =
        agent.tzdata_version.as_deref().map_or_else(String::new, |v| format!(" (tzdata {})", plain(v)));
    facts.add("Time zone", format!("{}{tzdata}", plain(&summary.timezone)));
    facts.add_some("Clock", agent.clock_offset_ms.map(clock));
    facts.add_some("Commit", summary.applied_commit.as_deref().map(short));
    facts.add("Jobs", summary.jobs.to_string()).add("Drift", summary.drift.to_string());
    facts.add("Key", plain(&agent.key_fingerprint));
    facts
        .add("Enrolled", moments.write(agent.enrolled_at))
        .add("Last seen", moments.maybe(summary.last_seen_at));
    if let Some(held) = agent.plan.as_ref().and_then(|plan| plan.held.as_ref()) {
        facts.add("Waits", paint.red(&plain(held)));
    }
    let mut text = facts.text(&app.screen);
    if !agent.conditions.is_empty() {
        let mut table = Table::new(&app.screen, ["JOB", "CONDITION", "HOLDS", "REASON"]);
        for condition in &agent.conditions {
            table.row([
                condition.job.as_deref().map_or_else(|| "(host)".into(), plain),
                word(condition.kind),
                paint.status(if condition.ok { "yes" } else { "no" }),
                plain(&condition.reason),
            ]);
        }
        text += &format!("\n{}", table.text());
    }
    text
}

fn clock(offset_ms: i64) -> String {
    match offset_ms {
        -999..=999 => "right".into(),
        ahead @ 1_000.. => format!("{} s ahead", ahead / 1_000),
        behind => format!("{} s behind", behind.unsigned_abs() / 1_000),
    }
}
