use crontopus_app::Error;
use crontopus_app::alerts::{NewSnooze, SnoozeScope};
use crontopus_ids::IncidentId;
use crontopus_notify::testing::Receiver;
use crontopus_store::Store;
use crontopus_store::testing::each;

use crate::world::{World, got, job, job_at, minutes_later, route};

fn maintenance(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Maintenance\nmetadata: {{name: upgrade}}\nspec: {spec}\n")
}

#[tokio::test]
async fn a_maintenance_silences_and_what_is_open_at_its_end_is_told() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let window = "{selector: {role: db}, windows: [{start: 2026-11-24T12:00, end: 2026-11-24T13:00}]}";
        world
            .push(&[
                ("production/db.yaml", job("db", "{role: db}")),
                ("production/short.yaml", job("short", "{role: db}")),
                ("production/web.yaml", job("web", "{role: web}")),
                ("upgrade.yaml", maintenance(window)),
            ])
            .await;
        world.pass(60).await;
        for name in ["db", "short", "web"] {
            world.fail(&format!("production/{name}")).await;
        }
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook"]);
        assert_eq!(receiver.seen()[0].json()["title"], "production/web failed");
        world.succeed("production/short").await;
        world.live(50).await;
        assert_eq!(receiver.seen().len(), 1);
        world.live(12).await;
        assert_eq!(got(&receiver), ["opened /hook", "opened /hook"]);
        assert_eq!(receiver.seen()[1].json()["title"], "production/db failed");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_snooze_ends_by_itself_or_by_hand() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world
            .push(&[
                ("production/one.yaml", job("one", "{team: a}")),
                ("production/two.yaml", job("two", "{team: b}")),
            ])
            .await;
        let label = |value: &str| SnoozeScope::Label("team".to_owned(), value.to_owned());
        let until = minutes_later(30).as_millisecond();
        for value in ["a", "b"] {
            let new = NewSnooze { scope: label(value), until, reason: Some("release".to_owned()) };
            world.app.create_snooze(&world.actor, new).await.unwrap();
        }
        world.fail("production/one").await;
        world.fail("production/two").await;
        world.live(5).await;
        assert!(receiver.seen().is_empty());
        let snoozes = world.app.list_snoozes(&world.actor).await.unwrap();
        let first = snoozes.iter().find(|snooze| snooze.value == "team=a").unwrap();
        world.app.delete_snooze(&world.actor, first.id).await.unwrap();
        world.work().await;
        assert_eq!(receiver.seen().len(), 1);
        assert_eq!(receiver.seen()[0].json()["title"], "production/one failed");
        world.live(27).await;
        assert_eq!(receiver.seen()[1].json()["title"], "production/two failed");
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn who_would_be_told_is_shown() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("chat", &receiver).await;
        let spec = "{steps: [{channels: [chat]}, {after: 15m, channels: [pager]}], repeatEvery: 4h}";
        world
            .push(&[
                ("production/one.yaml", job("one", "{team: a}")),
                ("route.yaml", crate::world::route("all", spec)),
            ])
            .await;
        let kind = crontopus_app::alerts::IncidentKind::Missed;
        let preview =
            world.app.preview_routes(&world.actor, ("production", "one"), kind, None).await.unwrap();
        assert!(preview.silence.is_none());
        let steps: Vec<_> = preview
            .steps
            .iter()
            .map(|step| {
                let names: Vec<_> = step.channels.iter().map(|(_, name)| name.as_str()).collect();
                (step.route.as_str(), step.after_ms, names.join(","), step.missing.join(","))
            })
            .collect();
        assert_eq!(
            steps,
            [
                ("default/all", 0, "chat".to_owned(), String::new()),
                // Nobody is called `pager`; the step goes where the default route goes.
                ("default/all", 900_000, "chat".to_owned(), "pager".to_owned()),
            ]
        );
        let missing = world.app.preview_routes(&world.actor, ("production", "none"), kind, None).await;
        assert!(missing.is_err());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_maintenance_that_pauses_lets_nothing_be_judged() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let window = "{selector: {role: db}, effect: pause, windows: [{start: 2026-11-24T12:10, end: 2026-11-24T12:50}]}";
        world.push(&[
            ("production/db.yaml", job_at("30 12 * * *", "db", "{role: db}")),
            ("production/web.yaml", job_at("30 12 * * *", "web", "{role: web}")),
            ("upgrade.yaml", maintenance(window)),
        ])
        .await;
        world.pass(11 * 60).await;
        assert_eq!(world.maintenance().await, 1);
        assert_eq!(world.maintenance().await, 0);
        // Due at 12:30 in the window: nobody misses the one, the other is missed.
        world.fail("production/db").await;
        world.pass(25 * 60).await;
        world.work().await;
        let titles: Vec<_> = receiver.seen().iter().map(|s| s.json()["title"].as_str().unwrap().to_owned()).collect();
        assert_eq!(titles, ["production/web did not start"]);
        world.pass(15 * 60).await;
        assert_eq!(world.maintenance().await, 1);
        world.fail("production/db").await;
        world.work().await;
        assert_eq!(receiver.seen().len(), 2);
        assert_eq!(receiver.seen()[1].json()["title"], "production/db failed");
        world.end().await;
    })
    .await;
}

const ESCALATING: &str = "{steps: [{channels: [chat]}, {after: 15m, channels: [pager]}], repeatEvery: 4h}";

/// A world in which an incident is open that would be told to the pager after 15 minutes.
async fn escalating(store: Store, receiver: &Receiver) -> (World, IncidentId) {
    let world = World::new(store).await;
    world.hook("chat", receiver).await;
    world.hook("pager", receiver).await;
    world.push(&[("production/one.yaml", job("one", "{}")), ("route.yaml", route("all", ESCALATING))]).await;
    world.fail("production/one").await;
    world.work().await;
    let incident = world.incidents().await[0].id;
    (world, incident)
}

/// Who was told already is silenced too. When the silence ends before its time, what was kept back goes on at once, and
/// not when it would have ended.
#[tokio::test]
async fn a_snooze_that_is_ended_early_or_shortened_lets_the_next_step_go_on() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let (world, incident) = escalating(store, &receiver).await;
        let until = minutes_later(600).as_millisecond();
        world.app.snooze_incident(&world.actor, incident, until, None).await.unwrap();
        world.live(20).await;
        assert_eq!(got(&receiver), ["opened /chat"], "it is silent");
        let snooze = world.app.list_snoozes(&world.actor).await.unwrap().remove(0);
        world.app.delete_snooze(&world.actor, snooze.id).await.unwrap();
        world.work().await;
        assert_eq!(got(&receiver), ["opened /chat", "escalated /pager"]);

        // The next thing is the repeat, four hours after; a shorter snooze takes the place of a longer one.
        for minutes in [1_200, 300] {
            let until = minutes_later(minutes).as_millisecond();
            world.app.snooze_incident(&world.actor, incident, until, None).await.unwrap();
            world.live(130).await;
        }
        assert_eq!(receiver.seen().len(), 2, "it is silent");
        world.live(25).await;
        let mut repeated = got(&receiver)[2..].to_vec();
        repeated.sort();
        assert_eq!(repeated, ["repeated /chat", "repeated /pager"]);
        world.end().await;
    })
    .await;
}

/// The silence of an incident is over with the incident: it is neither listed nor does it silence the next one.
#[tokio::test]
async fn a_snooze_ends_with_its_incident() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let (world, incident) = escalating(store, &receiver).await;
        let until = minutes_later(600).as_millisecond();
        world.app.snooze_incident(&world.actor, incident, until, None).await.unwrap();
        assert_eq!(world.app.list_snoozes(&world.actor).await.unwrap().len(), 1);
        world.live(5).await;
        world.succeed("production/one").await;
        assert!(world.app.list_snoozes(&world.actor).await.unwrap().is_empty(), "nothing is left to silence");
        let again = world.app.snooze_incident(&world.actor, incident, until, None).await.unwrap_err();
        assert!(matches!(&again, Error::Conflict(why) if why.contains("over")), "{again:?}");
        world.work().await;
        world.fail("production/one").await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /chat", "resolved /chat", "opened /chat"]);
        world.end().await;
    })
    .await;
}

/// Git ends a maintenance before its time: what it kept back is told at once.
#[tokio::test]
async fn a_maintenance_that_a_push_ends_keeps_nothing_back() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let window = |end: &str| {
            maintenance(&format!("{{selector: {{}}, windows: [{{start: 2026-11-24T11:00, end: {end}}}]}}"))
        };
        world
            .push(&[("production/one.yaml", job("one", "{}")), ("upgrade.yaml", window("2026-11-24T22:00"))])
            .await;
        world.fail("production/one").await;
        world.live(5).await;
        assert!(receiver.seen().is_empty());
        // A push that leaves the maintenance alone changes nothing.
        world.push(&[("production/two.yaml", job("two", "{}"))]).await;
        world.live(1).await;
        assert!(receiver.seen().is_empty());
        world.push(&[("upgrade.yaml", window("2026-11-24T11:30"))]).await;
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook"]);
        world.end().await;
    })
    .await;
}
