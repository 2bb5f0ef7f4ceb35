//! A rough figure, printed and never judged: `cargo test --release -p crontopus-app --test monitoring -- \
//! --ignored --nocapture ingest_rate`.

use std::time::{Duration, Instant};

use crontopus_domain::{CheckInKind, RunKey};
use crontopus_store::testing::each;

use crate::world::{World, nightly};

const WAITERS: u64 = 256;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, not a test"]
async fn ingest_rate() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:01Z");
        for n in 1..=2_000 {
            world.monitor(n, &format!("job-{n}"), &nightly()).await;
        }
        let start = Instant::now();
        let waiter = |lane: u64| {
            let world = &world;
            async move {
                let mut done = 0u64;
                while start.elapsed() < Duration::from_secs(5) {
                    let name = format!("job-{}", (lane * 7919 + done * 31) % 2_000 + 1);
                    let good = CheckInKind::End { well: true };
                    world.submit(world.signal(&name, good, RunKey::None)).await.unwrap();
                    done += 1;
                }
                done
            }
        };
        let lanes = (0..WAITERS).map(waiter);
        let done: u64 = futures_util::future::join_all(lanes).await.into_iter().sum();
        eprintln!("{:.0} check-ins/s with {WAITERS} waiting", done as f64 / start.elapsed().as_secs_f64());
        world.end().await;
    })
    .await;
}
