use crontopus_app::rows::IncidentEvent;
use crontopus_ids::IncidentId;
use crontopus_notify::testing::Receiver;
use crontopus_store::testing::each;
use crontopus_store::{Paging, TenantScope};

use crate::world::{World, got, job, route};

/// What people wrote, in the order of the timeline.
fn notes(events: &[IncidentEvent]) -> Vec<&str> {
    events.iter().filter(|e| e.kind == "note").filter_map(|e| e.note.as_deref()).collect()
}

#[tokio::test]
async fn notes_stand_in_the_timeline_of_an_incident_also_when_it_is_over() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        let told = route("all", "{steps: [{channels: [hook]}]}");
        world.push(&[("production/backup.yaml", job("backup", "{}")), ("route.yaml", told)]).await;
        world.fail("production/backup").await;
        world.work().await;
        let (app, actor) = (&world.app, &world.actor);
        let id = world.incidents().await[0].id;

        // Both of one millisecond are kept.
        app.create_incident_note(actor, id, " The disk was full.\nCleaned up. ").await.unwrap();
        let (_, events) = app.create_incident_note(actor, id, "<b>Again</b>").await.unwrap();
        let mut written = notes(&events);
        written.sort_unstable();
        assert_eq!(written, ["<b>Again</b>", "The disk was full.\nCleaned up."]);
        assert!(events.iter().all(|e| e.kind != "note" || e.actor.as_deref() == Some(actor.label.as_str())));

        world.pass(60).await;
        app.resolve_incident(actor, id).await.unwrap();
        world.pass(60).await;
        let (incident, events) = app.create_incident_note(actor, id, "Afterwards").await.unwrap();
        assert!(incident.resolved_at.is_some());
        assert_eq!(events.last().and_then(|e| e.note.as_deref()), Some("Afterwards"));

        // Nobody is told, everybody who looks sees it.
        world.work().await;
        assert_eq!(got(&receiver), ["opened /hook", "resolved /hook"]);
        let audit = app.list_audit(actor, &Paging::first(5)).await.unwrap();
        assert_eq!(
            (&*audit.rows[0].action, &*audit.rows[0].target),
            ("create_incident_note", &*id.to_string())
        );
        let mut read = app.store().read(TenantScope::of(actor.tenant_id)).await.unwrap();
        let last = read.list_events(0, 1000).await.unwrap().pop().unwrap();
        assert_eq!((last.kind.as_str(), last.id), ("incident.changed", id.to_string()));
        drop(read);
        assert!(app.create_incident_note(actor, IncidentId::from_bits(7), "Nowhere").await.is_err());
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn notes_are_seen_behind_a_thousand_bad_runs_and_are_not_endless() {
    each(|store| async move {
        let world = World::new(store).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        world.fail("production/backup").await;
        let (app, actor) = (&world.app, &world.actor);
        let id = world.incidents().await[0].id;
        let now = app.clock().now_ms();
        let mut tx = app.store().begin(TenantScope::of(actor.tenant_id)).await.unwrap();
        for n in 0..1005 {
            tx.note_incident(id, "bad_run", "a program", now + n).await.unwrap();
        }
        for n in 0..499 {
            tx.create_incident_note(id, "a program", &format!("note {n}"), now + 2000 + n).await.unwrap();
        }
        tx.commit().await.unwrap();
        world.pass(60).await;
        let (_, events) = app.create_incident_note(actor, id, "the last one").await.unwrap();
        assert_eq!(events.len(), 1500);
        assert!(events.is_sorted_by_key(|e| e.at));
        assert_eq!(notes(&events).len(), 500);
        assert_eq!(notes(&events).last(), Some(&"the last one"));
        let refused = app.create_incident_note(actor, id, "one too many").await.unwrap_err();
        assert!(refused.to_string().contains("500 notes"), "{refused}");
        world.end().await;
    })
    .await;
}
