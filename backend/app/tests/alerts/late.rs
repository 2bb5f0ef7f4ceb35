use crontopus_app::alerts::{IncidentKind, NewSnooze, SnoozeScope};
use crontopus_notify::testing::{MailReceiver, MailTls, Receiver};
use crontopus_store::testing::each;

use crate::world::{World, got, job_at, minutes_later, route};

const EARLY: &str =
    "{on: [late, missed, recovered], steps: [{channels: [hook]}, {after: 15m, channels: [hook]}]}";

/// A job due at half past twelve with a window of five minutes, whose route tells lateness.
async fn world(store: crontopus_store::Store, receiver: &Receiver, spec: &str) -> World {
    let world = World::new(store).await;
    world.hook("hook", receiver).await;
    let job = job_at("30 12 * * *", "backup", "{}");
    world.push(&[("production/backup.yaml", job), ("route.yaml", route("early", spec))]).await;
    world
}

impl World {
    /// Lives for so many minutes and looks for what is late every ten seconds, as the service does.
    async fn watch(&self, minutes: i64) -> usize {
        let mut told = 0;
        for _ in 0..minutes * 6 {
            self.pass(10).await;
            told += self.lateness().await;
            self.work().await;
        }
        told
    }
}

#[tokio::test]
async fn a_late_start_is_told_once_and_becomes_an_incident_when_it_is_missed() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = world(store, &receiver, EARLY).await;
        assert_eq!(world.watch(32).await, 0);
        assert_eq!(world.watch(2).await, 1);
        let seen = receiver.seen();
        assert_eq!(got(&receiver), ["late /hook"]);
        let told = seen[0].json();
        assert_eq!(told["title"], "production/backup is late");
        assert_eq!(
            told["text"],
            "It should have started 2 min 30 s ago and may still do so. It counts as missed after \
             Tue 24 Nov 2026, 12:35:00 UTC."
        );
        let subject = &told["incidents"][0];
        assert!(subject["id"].is_null() && subject["links"]["incident"].is_null(), "{subject}");
        assert_eq!(subject["links"]["job"], "https://cron.example/jobs/production/backup");
        assert_eq!((&subject["kind"], &subject["owner"]), (&"late".into(), &"ops@acme.example".into()));
        assert!(world.incidents().await.is_empty(), "lateness is no incident");

        // Its window closes: the miss is an incident, and the next start is late anew.
        world.watch(3).await;
        assert_eq!(got(&receiver), ["late /hook", "opened /hook"]);
        world.watch(30).await;
        assert_eq!(got(&receiver)[2..], ["escalated /hook"]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_starts_within_half_of_its_window_is_told_to_nobody() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = world(store, &receiver, EARLY).await;
        world.watch(32).await;
        world.succeed("production/backup").await;
        assert_eq!(world.watch(10).await, 0);
        assert!(receiver.seen().is_empty());
        world.end().await;
    })
    .await;
}

/// The next day's start is another one.
#[tokio::test]
async fn each_start_is_told_by_itself() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let job = job_at("*/10 12 * * *", "backup", "{}");
        world.push(&[("production/backup.yaml", job), ("route.yaml", route("early", EARLY))]).await;
        for due in 1..4 {
            world.watch(3 + if due == 1 { 10 } else { 7 }).await;
            assert_eq!(got(&receiver).len(), due);
            world.succeed("production/backup").await;
        }
        assert_eq!(got(&receiver), ["late /hook"; 3]);
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn routes_test_says_when_it_would_be_told_and_to_whom() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = world(store, &receiver, EARLY).await;
        let preview = async |kind| {
            world.app.preview_routes(&world.actor, ("production", "backup"), kind, None).await.unwrap()
        };
        let late = preview(IncidentKind::Late).await;
        let steps: Vec<_> = late.steps.iter().map(|s| (s.after_ms, s.channels[0].1.as_str())).collect();
        assert_eq!(steps, [(150_000, "hook")]);
        assert_eq!((late.steps[0].repeat_ms, late.steps[0].recovered), (None, false));
        assert_eq!(preview(IncidentKind::Missed).await.steps.len(), 2);
        world.push(&[("route.yaml", route("early", "{steps: [{channels: [hook]}]}"))]).await;
        assert!(preview(IncidentKind::Late).await.steps.is_empty());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_group_of_late_starts_is_one_message_and_a_silence_is_waited_for() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let spec = "{on: [late], steps: [{channels: [hook]}], groupBy: [namespace]}";
        let names: Vec<String> = (0..3).map(|n| format!("production/job-{n}.yaml")).collect();
        let mut files: Vec<(&str, String)> = vec![("route.yaml", route("early", spec))];
        for (n, name) in names.iter().enumerate() {
            files.push((name, job_at("30 12 * * *", &format!("job-{n}"), &format!("{{n: \"{n}\"}}"))));
        }
        world.push(&files).await;
        let scope = SnoozeScope::Label("n".to_owned(), "2".to_owned());
        let until = minutes_later(34).as_millisecond();
        world.app.create_snooze(&world.actor, NewSnooze { scope, until, reason: None }).await.unwrap();
        world.watch(33).await;
        let told = receiver.seen()[0].json();
        assert_eq!(told["title"], "Late: 2 jobs in production");
        assert_eq!(told["incidents"].as_array().unwrap().len(), 2);
        world.watch(2).await;
        assert_eq!(receiver.seen()[1].json()["title"], "production/job-2 is late");
        assert_eq!(receiver.seen().len(), 2);
        world.end().await;
    })
    .await;
}

/// A service that was away does not know whether anything was late.
#[tokio::test]
async fn after_an_outage_nothing_is_called_late() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = world(store, &receiver, EARLY).await;
        world.watch(29).await;
        world.jump(240);
        assert_eq!(world.lateness().await, 0);
        world.end().await;
    })
    .await;
}

/// A channel that is broken says what it could not tell.
#[tokio::test]
async fn what_could_not_be_told_is_told_to_the_owners() {
    each(|store| async move {
        let (mail, receiver) = (MailReceiver::start(MailTls::None).await, Receiver::start().await);
        let world = World::with_mail(store, &mail).await;
        world.hook("hook", &receiver).await;
        receiver.reply(410, &[], "gone");
        let job = job_at("30 12 * * *", "backup", "{}");
        world.push(&[("production/backup.yaml", job), ("route.yaml", route("early", EARLY))]).await;
        world.watch(33).await;
        let data = &mail.taken()[0].data;
        assert!(data.contains("Channel hook was disabled") && data.contains("production/backup"), "{data}");
        world.end().await;
    })
    .await;
}

/// Whoever pushes reads who will be told early.
#[tokio::test]
async fn a_push_says_who_is_told_early() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let job = job_at("30 12 * * *", "backup", "{}");
        let plain = job_at("30 12 * * *", "plain", "{team: a}");
        let spec = "{selector: {matchExpressions: [{key: team, operator: DoesNotExist}]}, on: [late], \
                    steps: [{channels: [hook]}, {after: 5m, channels: [pager]}]}";
        let files = [
            ("production/backup.yaml", job),
            ("production/plain.yaml", plain),
            ("route.yaml", route("early", spec)),
        ];
        let plan = world.plan(&files).await;
        let late: Vec<&str> = plan.lines().filter(|line| line.contains("late:")).collect();
        assert_eq!(late, ["      late: told 2m30s after the expected start, to hook"], "{plan}");
        world.end().await;
    })
    .await;
}
