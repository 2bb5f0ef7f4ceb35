use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crontopus_app::alerts::{AlertSettings, ChannelKind, Endpoints, NewChannel};
use crontopus_notify::testing::{Receiver, Reply};
use crontopus_store::testing::each;
use serde_json::json;

use crate::world::{World, job, route};

#[tokio::test]
async fn incidents_of_one_group_become_one_message() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let route = route("all", "{steps: [{channels: [hook]}], groupBy: [namespace]}");
        let mut files = vec![("route.yaml", route)];
        let paths: Vec<String> = (0..12).map(|n| format!("production/job-{n}.yaml")).collect();
        files.extend(
            paths.iter().enumerate().map(|(n, path)| (path.as_str(), job(&format!("job-{n}"), "{}"))),
        );
        files.push(("staging/other.yaml", job("other", "{}")));
        world.push(&files).await;
        for n in 0..10 {
            world.fail(&format!("production/job-{n}")).await;
        }
        world.fail("staging/other").await;
        world.work().await;
        assert!(receiver.seen().is_empty(), "the group is waited for");
        world.pass(4).await;
        world.fail("production/job-10").await;
        world.pass(7).await;
        world.work().await;
        let titles = |from: usize| -> Vec<String> {
            let mut titles: Vec<_> = receiver.seen()[from..]
                .iter()
                .map(|s| s.json()["title"].as_str().unwrap().to_owned())
                .collect();
            titles.sort();
            titles
        };
        assert_eq!(titles(0), ["11 incidents in production", "staging/other failed"]);

        // What comes later is another message; so is their end.
        world.fail("production/job-11").await;
        for n in 0..10 {
            world.succeed(&format!("production/job-{n}")).await;
        }
        world.pass(11).await;
        world.work().await;
        assert_eq!(titles(2), ["Recovered: 10 incidents in production", "production/job-11 failed"]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_group_message_that_is_tried_again_stays_the_same() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world
            .push(&[
                ("route.yaml", route("all", "{steps: [{channels: [hook]}], groupBy: [namespace]}")),
                ("production/one.yaml", job("one", "{}")),
                ("production/two.yaml", job("two", "{}")),
                ("production/three.yaml", job("three", "{}")),
            ])
            .await;
        receiver.reply(503, &[], "");
        world.fail("production/one").await;
        world.fail("production/two").await;
        world.pass(11).await;
        world.work().await;
        world.fail("production/three").await;
        world.live(2).await;
        let counts: Vec<_> = receiver
            .seen()
            .iter()
            .map(|s| {
                (
                    s.header("idempotency-key").unwrap().to_owned(),
                    s.json()["incidents"].as_array().unwrap().len(),
                )
            })
            .collect();
        assert_eq!(counts.iter().map(|(_, count)| *count).collect::<Vec<_>>().len(), 3);
        assert_eq!(
            counts.iter().filter(|(key, count)| *key == counts[0].0 && *count == 2).count(),
            2,
            "{counts:?}"
        );
        assert_eq!(counts.iter().filter(|(_, count)| *count == 1).count(), 1, "{counts:?}");
        world.end().await;
    })
    .await;
}

/// A provider that is told each incident by itself takes only so many requests in a minute. All of it gets there all the
/// same: what was taken of a storm is not begun anew each time.
#[tokio::test]
async fn a_storm_gets_through_a_provider_that_takes_a_few_at_a_time() {
    const JOBS: usize = 80;
    const A_MINUTE: usize = 60;
    each(|store| async move {
        let pager = Receiver::start().await;
        let left = Arc::new(AtomicUsize::new(A_MINUTE));
        let taking = left.clone();
        pager.judge(move |_| {
            let allowed =
                taking.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            let status = if allowed { 202 } else { 429 };
            Reply::Answer(status, Vec::new(), String::new())
        });
        let endpoints = Endpoints { pagerduty: [pager.url(""), pager.url("/eu")], ..Endpoints::default() };
        let world = World::with(store, AlertSettings { endpoints, ..AlertSettings::default() }).await;
        let settings = json!({"routing_key": "0123456789abcdef0123456789abcdef"});
        let new = NewChannel {
            name: "pager".to_owned(),
            kind: ChannelKind::PagerDuty,
            settings,
            is_default: false,
        };
        world.app.create_channel(&world.actor, new).await.unwrap();
        let route = route("all", "{steps: [{channels: [pager]}], groupBy: [namespace]}");
        let paths: Vec<String> = (0..JOBS).map(|n| format!("production/job-{n}.yaml")).collect();
        let jobs = paths.iter().enumerate().map(|(n, path)| (path.as_str(), job(&format!("job-{n}"), "{}")));
        world.push(&jobs.chain([("route.yaml", route)]).collect::<Vec<_>>()).await;
        for n in 0..JOBS {
            world.fail(&format!("production/job-{n}")).await;
        }
        for minute in 0.. {
            world.live(1).await;
            left.store(A_MINUTE, Ordering::SeqCst);
            if world.app.get_delivery_backlog(&world.actor).await.unwrap().waiting == 0 {
                break;
            }
            assert!(minute < 30, "it never comes to its end: {:?}", world.told().await);
        }
        assert!(world.told().await.iter().all(|told| told == "opened pager sent"));
        let keys: BTreeSet<String> =
            pager.seen().iter().map(|seen| seen.json()["dedup_key"].as_str().unwrap().to_owned()).collect();
        assert_eq!(keys.len(), JOBS, "each by its own key");
        world.end().await;
    })
    .await;
}
