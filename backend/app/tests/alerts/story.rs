use crontopus_notify::testing::{MailReceiver, MailTls, Receiver};
use crontopus_store::testing::each;

use crate::world::{World, got, job, job_at, route};

/// A run fails; a receiver and a person hear of it, with everything they need; somebody takes it; it recovers.
#[tokio::test]
async fn from_a_failed_run_to_its_recovery() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let receiver = Receiver::start().await;
        let world = World::with_mail(store, &mail).await;
        world.hook("hook", &receiver).await;
        world
            .push(&[
                ("production/backup.yaml", job("backup", "{team: platform}")),
                (
                    "route.yaml",
                    route("platform", "{selector: {team: platform}, steps: [{channels: [hook]}]}"),
                ),
            ])
            .await;
        for _ in 0..5 {
            world.succeed("production/backup").await;
        }
        world.pass(60).await;
        world.fail("production/backup").await;
        assert_eq!(world.work().await, 1);

        let seen = receiver.seen().remove(0).json();
        assert_eq!((&seen["event"], &seen["title"]), (&"opened".into(), &"production/backup failed".into()));
        let incident = &seen["incidents"][0];
        assert_eq!(incident["run"]["exit_status"], 3);
        assert_eq!(incident["run"]["output"], "dumping\n[redacted]\nerror: disk full");
        assert_eq!(incident["owner"], "ops@acme.example");
        assert_eq!(incident["runbook"], "https://wiki.example/backup");
        assert_eq!(incident["description"], "Nightly dump");
        assert!(incident["last_success_at"].as_str().unwrap().starts_with("2026-11-24T12:00:00"));
        let id = world.incidents().await[0].id;
        assert_eq!(incident["links"]["incident"], format!("https://cron.example/incidents/{id}"));

        // The signed link does what it says, for whoever is signed in.
        let link = incident["links"]["acknowledge"].as_str().unwrap();
        let token = link.rsplit_once("/act/").unwrap().1;
        world.app.follow_link(&world.actor, token).await.unwrap();
        for forged in [format!("{token}x"), token.replace("acknowledge", "snooze"), "a.b.c.1.x".to_owned()] {
            assert!(world.app.follow_link(&world.actor, &forged).await.is_err(), "{forged}");
        }
        world.work().await;
        world.pass(60).await;
        world.succeed("production/backup").await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook", "acknowledged /hook", "resolved /hook"]);
        let resolved = receiver.seen().remove(2).json();
        assert_eq!(resolved["title"], "Recovered: production/backup after 1 min");
        assert!(mail.taken().is_empty());

        let shown = world.app.list_incident_deliveries(&world.actor, id).await.unwrap();
        assert_eq!(shown.len(), 3);
        assert!(shown.iter().all(|d| d.answer.as_deref() == Some("200 ok") && d.route == "default/platform"));
        assert_eq!(world.app.get_delivery_backlog(&world.actor).await.unwrap().waiting, 0);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_run_that_does_not_start_is_told_at_its_minute() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job_at("30 12 * * *", "backup", "{}"))]).await;
        world.pass(34 * 60).await;
        world.work().await;
        assert!(receiver.seen().is_empty());
        world.pass(61).await;
        world.work().await;
        let seen = receiver.seen().remove(0).json();
        assert_eq!(seen["title"], "production/backup did not start");
        assert_eq!(seen["incidents"][0]["run"]["expected_at"], "2026-11-24T12:30:00Z");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn with_no_channel_at_all_the_owners_get_a_mail() {
    each(|store| async move {
        let mail = MailReceiver::start(MailTls::None).await;
        let world = World::with_mail(store, &mail).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        world.fail("production/backup").await;
        world.work().await;
        let taken = mail.taken();
        assert_eq!((taken.len(), &taken[0].to[..]), (1, &["ada@acme.example".to_owned()][..]));
        assert!(taken[0].data.contains("Subject: [acme] production/backup failed"), "{}", taken[0].data);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn when_nobody_can_be_told_the_timeline_says_so() {
    each(|store| async move {
        let world = World::new(store).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        world.fail("production/backup").await;
        world.work().await;
        assert_eq!(world.told().await, ["opened owners failed"]);
        let notes: Vec<_> = world.events().await.into_iter().filter_map(|event| event.note).collect();
        assert!(notes.iter().any(|note| note.starts_with("nobody could be told")), "{notes:?}");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_acknowledges_so_it_escalates_and_repeats_until_somebody_does() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("chat", &receiver).await;
        world.hook("pager", &receiver).await;
        let spec = "{steps: [{channels: [chat]}, {after: 15m, channels: [pager]}], repeatEvery: 1h}";
        world
            .push(&[("production/backup.yaml", job("backup", "{}")), ("route.yaml", route("all", spec))])
            .await;
        world.fail("production/backup").await;
        world.work().await;
        world.live(14).await;
        assert_eq!(got(&receiver), ["opened /chat"]);
        world.live(2).await;
        assert_eq!(got(&receiver)[1..], ["escalated /pager"]);
        world.live(61).await;
        let mut repeated = got(&receiver)[2..].to_vec();
        repeated.sort();
        assert_eq!(repeated, ["repeated /chat", "repeated /pager"]);
        let id = world.incidents().await[0].id;
        world.app.acknowledge_incident(&world.actor, id).await.unwrap();
        world.live(200).await;
        let mut rest = got(&receiver)[4..].to_vec();
        rest.sort();
        assert_eq!(rest, ["acknowledged /chat", "acknowledged /pager"]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_comes_and_goes_is_told_once_as_flapping() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        for _ in 0..8 {
            world.fail("production/backup").await;
            world.live(2).await;
            world.succeed("production/backup").await;
            world.live(2).await;
        }
        let seen = got(&receiver);
        assert_eq!(seen.iter().filter(|line| line.starts_with("flapping")).count(), 1, "{seen:?}");
        assert_eq!(seen.len(), 7, "{seen:?}");
        world.live(62).await;
        assert_eq!(got(&receiver)[7..], ["resolved /hook"]);
        world.end().await;
    })
    .await;
}
