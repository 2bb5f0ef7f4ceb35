use crontopus_notify::testing::Receiver;
use crontopus_store::testing::each;

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
