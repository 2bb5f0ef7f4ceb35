use std::collections::BTreeMap;

use crontopus_notify::testing::Receiver;
use crontopus_store::testing::each;

use crate::world::{World, got, job};

#[tokio::test]
async fn an_end_never_overtakes_its_beginning() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        for _ in 0..4 {
            receiver.reply(503, &[], "");
        }
        world.fail("production/backup").await;
        world.work().await;
        world.succeed("production/backup").await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook"]);
        world.live(10).await;
        let seen = got(&receiver);
        assert_eq!(seen[..5], vec!["opened /hook"; 5]);
        assert_eq!(seen[5..], ["resolved /hook"]);
        world.end().await;
    })
    .await;
}

/// A channel that is away holds up nobody else.
#[tokio::test]
async fn channels_do_not_wait_for_each_other() {
    each(|store| async move {
        let (slow, quick) = (Receiver::start().await, Receiver::start().await);
        let world = World::new(store).await;
        world.hook("slow", &slow).await;
        world.hook("quick", &quick).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        slow.reply(503, &[], "");
        world.fail("production/backup").await;
        world.work().await;
        world.succeed("production/backup").await;
        world.work().await;
        assert_eq!(got(&quick), ["opened /quick", "resolved /quick"]);
        assert_eq!(got(&slow), ["opened /slow"]);
        world.end().await;
    })
    .await;
}

/// Several replicas look for work at once; each message is sent by one of them, in order.
#[tokio::test]
async fn several_senders_side_by_side_send_each_message_once() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let names: Vec<String> = (0..30).map(|n| format!("job-{n}")).collect();
        let paths: Vec<String> = names.iter().map(|name| format!("production/{name}.yaml")).collect();
        let files: Vec<_> =
            paths.iter().zip(&names).map(|(path, name)| (path.as_str(), job(name, "{}"))).collect();
        world.push(&files).await;
        for name in &names {
            world.fail(&format!("production/{name}")).await;
            world.succeed(&format!("production/{name}")).await;
        }
        while world.app.get_delivery_backlog(&world.actor).await.unwrap().waiting > 0 {
            let results = tokio::join!(
                world.app.send_due(),
                world.app.send_due(),
                world.app.send_due(),
                world.app.send_due()
            );
            // Two that stood in each other's way look again.
            drop(results);
        }
        let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for seen in receiver.seen() {
            let body = seen.json();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            order.entry(text(&body["incidents"][0]["id"])).or_default().push(text(&body["event"]));
        }
        assert_eq!(order.len(), 30);
        assert!(order.values().all(|events| events[..] == ["opened", "resolved"]), "{order:?}");
        world.end().await;
    })
    .await;
}

/// What comes and goes in one transaction is told like what does in two: each beginning before its end.
#[tokio::test]
async fn what_is_decided_together_is_told_in_order() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let [a, b] = ["production/a", "production/b"];
        let files = [("production/a.yaml", job("a", "{}")), ("production/b.yaml", job("b", "{}"))];
        world.push(&files).await;
        world.together(&[(a, false), (b, false), (a, true), (b, true), (a, false)]).await;
        world.work().await;
        world.together(&[(a, true)]).await;
        world.work().await;
        let told = world.deliveries().await;
        let of = |incident: String| {
            let own = told.iter().filter(|d| d.incident_id.as_ref() == Some(&incident));
            own.map(|d| format!("{} {}", d.occasion, d.state)).collect::<Vec<_>>()
        };
        let incidents = world.incidents().await;
        assert_eq!(incidents.len(), 3);
        for incident in incidents {
            assert_eq!(of(incident.id.to_string()), ["opened sent", "resolved sent"], "{}", incident.title);
        }
        assert_eq!(got(&receiver).len(), 6);
        world.end().await;
    })
    .await;
}
