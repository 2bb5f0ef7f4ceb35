//! What is not well is said with a closed word, and signs of life are given only while all is well.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crontopus_app::tasks::dead_man::{DeadMan, Outside, Silence};
use crontopus_app::tasks::{SENDER, service_heartbeat, sweep};
use crontopus_app::{Ailment, App, HashCost, Part, Parts, PasswordHasher, ServerKey, Settings};
use crontopus_clock::{Clock as _, MockClock, SeededEntropy};
use crontopus_domain::volume::{MINUTE_MS, Reading, VolumeGuard};
use crontopus_domain::{CheckInKind, RunKey};
use crontopus_store::testing::each;
use crontopus_store::{Store, SystemScope};
use jiff::SignedDuration;

use crate::world::{World, nightly};

/// Answers, or not; and counts.
#[derive(Debug, Default)]
struct Listener {
    heard: AtomicUsize,
    deaf: bool,
}

impl Outside for Listener {
    fn tell(&self) -> Result<(), String> {
        self.heard.fetch_add(1, Ordering::Relaxed);
        if self.deaf { Err("answered with 500".to_owned()) } else { Ok(()) }
    }
}

fn app(store: &Store, clock: &MockClock) -> Arc<App> {
    Arc::new(App::new(Parts {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(SeededEntropy::new(2)),
        settings: Settings::default(),
        key: ServerKey::from_seed(&[7; 32]),
        hasher: PasswordHasher::new(HashCost { memory_kib: 64, passes: 1 }, 1).unwrap(),
    }))
}

async fn ailments(app: &App) -> Vec<(Part, Ailment)> {
    let checks = app.check_health().await;
    for check in checks.iter().filter(|check| check.ailment.is_some()) {
        assert!(check.remedy().is_some() && !check.detail.is_empty(), "{check:?}");
    }
    checks.into_iter().filter_map(|check| Some((check.part, check.ailment?))).collect()
}

async fn end(app: &App) {
    app.shutdown().cancel();
    app.tasks().close();
    app.tasks().wait().await;
}

#[tokio::test]
async fn each_part_falls_ill_by_itself() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        let app = app(&world.store, &world.clock);
        assert_eq!(ailments(&app).await, []);

        // Signs of life are written all the time; when they stop, nothing else can be written either.
        let beat = || app.board().round(service_heartbeat::NAME, world.heartbeat.beat());
        beat().await.unwrap();
        assert_eq!(ailments(&app).await, []);
        world.clock.advance(SignedDuration::from_secs(60));
        assert_eq!(ailments(&app).await, [(Part::Writes, Ailment::ReadOnly)]);
        beat().await.unwrap();

        // A deadline that nobody decides: only where this process sweeps is it behind.
        world.monitor(1, "backup", &nightly()).await;
        world.clock.set("2026-11-25T02:15:00Z".parse().unwrap());
        beat().await.unwrap();
        assert_eq!(ailments(&app).await, []);
        app.board().announce(sweep::NAME);
        assert_eq!(ailments(&app).await, [(Part::Sweep, Ailment::Behind)]);
        world.live_until("2026-11-25T02:16:00Z").await;

        end(&app).await;
        assert!(ailments(&app).await.contains(&(Part::Ingest, Ailment::Stalled)));
        world.end().await;
        world.store.close().await;
        assert!(ailments(&app).await.contains(&(Part::Database, Ailment::Unreachable)));
    })
    .await;
}

#[tokio::test]
async fn a_fall_of_the_volume_ends_the_signs_of_life() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        let app = app(&world.store, &world.clock);
        let minute = world.clock.now_ms() / MINUTE_MS;
        let reading = |heard| {
            let silent = if heard < 50 { 9 } else { 0 };
            Some(Reading { width: 1, lanes: 10, silent, heard })
        };
        let mut guard = VolumeGuard::default();
        let mut before = None;
        for (n, (heard, wanted)) in
            [(98, None), (3, Some(Ailment::Fallen)), (90, Some(Ailment::Fallen)), (90, None)]
                .into_iter()
                .enumerate()
        {
            let now = minute + n as i64;
            guard.step(now, reading(heard));
            let mut tx = world.store.begin(SystemScope::for_task("test")).await.unwrap();
            assert!(tx.save_volume_guard(before, now, &guard).await.unwrap());
            tx.commit().await.unwrap();
            before = Some(now);
            assert_eq!(ailments(&app).await.first().map(|(_, ailment)| *ailment), wanted, "{heard}");
            let told = app.check_health().await;
            let told = told.iter().find(|check| check.part == Part::Volume).unwrap();
            assert!(told.detail.starts_with(&format!("{heard} % of what is usual")), "{}", told.detail);
            assert!(!told.part.is_needed(), "requests are answered all the same");
            let listener = Arc::new(Listener::default());
            let sign = DeadMan::new(app.clone(), listener.clone()).round().await;
            assert_eq!(
                (sign.is_ok(), listener.heard.load(Ordering::Relaxed)),
                match wanted {
                    None => (true, 1),
                    Some(_) => (false, 0),
                }
            );
        }
        end(&app).await;
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_sender_that_sends_nothing_is_behind() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        let app = app(&world.store, &world.clock);
        world.monitor(1, "backup", &nightly()).await;
        world.send("backup", CheckInKind::End { well: false }).await;
        assert!(!world.outbox().await.is_empty(), "the incident is told to somebody");
        app.board().announce(SENDER);
        assert_eq!(ailments(&app).await, []);
        world.clock.advance(SignedDuration::from_mins(6));
        assert_eq!(ailments(&app).await, [(Part::Sender, Ailment::Behind)]);
        end(&app).await;
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn signs_of_life_end_with_health() {
    each(|store| async move {
        let world = World::at(store, "2026-11-24T02:00:00Z");
        let app = app(&world.store, &world.clock);
        let listener = Arc::new(Listener::default());
        let dead_man = DeadMan::new(app.clone(), listener.clone());
        app.board().round(service_heartbeat::NAME, world.heartbeat.beat()).await.unwrap();
        dead_man.round().await.unwrap();
        dead_man.round().await.unwrap();
        assert_eq!(listener.heard.load(Ordering::Relaxed), 2);
        world.clock.advance(SignedDuration::from_mins(2));
        let silence = dead_man.round().await.unwrap_err();
        assert!(matches!(&silence, Silence::Unwell(why) if why.contains("writes is read_only")), "{silence}");
        assert_eq!(listener.heard.load(Ordering::Relaxed), 2, "nothing is sent");
        app.board().round(service_heartbeat::NAME, world.heartbeat.beat()).await.unwrap();
        dead_man.round().await.unwrap();

        let deaf = DeadMan::new(app.clone(), Arc::new(Listener { deaf: true, ..Listener::default() }));
        let silence = deaf.round().await.unwrap_err();
        assert!(matches!(&silence, Silence::Lost(why) if why.contains("500")), "{silence}");
        end(&app).await;
        world.end().await;
    })
    .await;
}

#[tokio::test]
async fn runs_are_counted_across_restarts() {
    each(|store| async move {
        let world = World::at(store.clone(), "2026-11-24T02:00:00Z");
        world.monitor(1, "backup", &nightly()).await;
        world.send("backup", CheckInKind::End { well: true }).await;
        let mut again =
            world.signal("backup", CheckInKind::End { well: false }, RunKey::External("x".into()));
        again.check_in.duration_ms = Some(1_500);
        world.submit(again.clone()).await.unwrap();
        world.submit(again).await.unwrap();
        world.end().await;

        let world = World::at(store, "2026-11-25T02:00:00Z");
        world.send("backup", CheckInKind::End { well: true }).await;
        let mut read =
            world.store.read(crontopus_store::TenantScope::of(crate::world::tenant())).await.unwrap();
        let figures = read.list_monitor_figures(None).await.unwrap().remove(0).figures;
        let counted: Vec<_> = figures.runs.iter().map(|(status, n)| (status.as_str(), n)).collect();
        assert_eq!(counted, [("succeeded", 2), ("failed", 1)]);
        assert_eq!(figures.last_success_at, Some(world.now()));
        assert_eq!(figures.last_duration_ms, Some(1_500));
        drop(read);
        world.end().await;
    })
    .await;
}
