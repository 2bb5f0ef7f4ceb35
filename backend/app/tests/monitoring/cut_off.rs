//! A host is cut off for hours while the service lives on, and comes back with everything its wrappers kept. Nothing
//! was missed, and the only incident is the host's own. `cargo xtask torture partition` lets it be a day and 10,000
//! records.

use crontopus_app::ingest::{Outcome, Signal};
use crontopus_domain::{CheckInKind, IncidentState, MonitorSpec, RunKey, RunStatus};
use crontopus_ids::RunId;
use crontopus_store::testing::each;
use crontopus_store::{Paging, RunFilter, TenantScope};
use jiff::{SignedDuration, Timestamp};

use crate::hosts::{agent, enrol, hear, held, signal_of_agent};
use crate::world::{World, tenant};

const FIVE_MINUTES_MS: i64 = 300_000;
/// As the agent sends them.
const BATCH: usize = 200;

#[expect(clippy::disallowed_methods, reason = "the torture says how much is asked")]
fn asked(what: &str, usual: usize) -> usize {
    std::env::var(format!("CRONTOPUS_TORTURE_{what}")).map_or(usual, |text| text.parse().unwrap())
}

#[tokio::test]
async fn what_was_kept_fills_every_start_and_nothing_was_missed() {
    let (hours, jobs) = (asked("HOURS", 2), asked("JOBS", 4));
    each(|store| async move {
        let world = World::at(store, "2026-11-24T00:00:30Z");
        world.heartbeat.start().await.unwrap();
        enrol(&world).await;
        let spec = MonitorSpec { crons: vec!["*/5 * * * *".parse().unwrap()], ..held() };
        for n in 0..jobs {
            world.monitor_on(n as u128 + 1, &format!("job-{n}"), &spec, Some(agent())).await;
        }
        let from = world.now();
        for step in 1..=hours * 12 {
            let to = Timestamp::from_millisecond(from + step as i64 * FIVE_MINUTES_MS).unwrap();
            world.live_until(&to.to_string()).await;
            world.lost.round().await.unwrap();
        }
        assert_eq!(world.incidents().await.len(), 1, "one for the host, none for its jobs");

        // It is back, and says that it has something to deliver, before it delivers it in order.
        let mut kept = Vec::new();
        for start in 1..=hours * 12 {
            for job in 0..jobs {
                let at = from - 30_000 + start as i64 * FIVE_MINUTES_MS;
                let run = RunKey::Own(RunId::from_bits((start * jobs + job) as u128));
                for (kind, at) in [(CheckInKind::Start, at), (CheckInKind::End { well: true }, at + 2_000)] {
                    kept.push(signal_of_agent(&world, &format!("job-{job}"), kind, run.clone(), at));
                }
            }
        }
        hear(&world, kept.len() as i64).await;
        for batch in kept.chunks(BATCH) {
            world.clock.advance(SignedDuration::from_millis(50));
            let batch: Vec<Signal> = batch.to_vec();
            // Twice, as after an answer that was lost on its way.
            for _ in 0..2 {
                let outcomes = world.ingest.submit_all(batch.clone()).await.unwrap();
                assert!(outcomes.iter().all(|one| matches!(one, Outcome::Accepted { .. })), "{outcomes:?}");
            }
        }
        hear(&world, 0).await;
        world.lost.round().await.unwrap();
        world.sweep.round().await.unwrap();

        let mut statuses = std::collections::BTreeMap::new();
        let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
        let mut paging = Paging::first(200);
        loop {
            let page = read.list_runs(&RunFilter::default(), &paging).await.unwrap();
            for row in &page.rows {
                *statuses.entry(row.run.status).or_insert(0) += 1;
            }
            let Some(next) = page.next else { break };
            paging = Paging { limit: 200, after: Some(next) };
        }
        drop(read);
        assert_eq!(statuses, [(RunStatus::Succeeded, hours * 12 * jobs)].into());
        let incidents = world.incidents().await;
        assert_eq!((incidents.len(), incidents[0].state), (1, IncidentState::Resolved));
        assert_eq!(world.outbox().await, ["opened", "resolved"]);
        world.end().await;
    })
    .await;
}
