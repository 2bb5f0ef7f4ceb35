//! What people look at, from a commit and some check-ins on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crontopus_app::git::JobView;
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};
use crontopus_app::rows::{JobFilter, RunFilter};
use crontopus_app::statistics::{DurationChange, Window};
use crontopus_app::tasks::counting::Counting;
use crontopus_app::{Error, Paging};
use crontopus_domain::RunStatus;
use crontopus_store::testing::each;
use jiff::{SignedDuration, Timestamp};

use crate::world::{World, job};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl World {
    async fn end(&self, name: &str, at: i64, well: bool, change: impl FnOnce(&mut CheckIn)) {
        let mut check_in = CheckIn::new(CheckInKind::End { well }, RunKey::External(format!("{name}-{at}")));
        check_in.at = Some(at);
        change(&mut check_in);
        let target = Target::Job {
            tenant_id: self.actor.tenant_id,
            namespace: "ops".to_owned(),
            name: name.to_owned(),
        };
        let received_at = self.app.clock().now_ms();
        let signal = Signal::new(Door::Native, target, check_in, received_at);
        self.app.ingest().submit(signal).await.unwrap();
    }

    async fn count(&self) {
        self.clock.advance(SignedDuration::from_secs(20));
        let counting = Counting::new(self.app.store().clone(), Arc::new(self.clock.clone()));
        counting.round().await.unwrap();
    }

    async fn views(&self) -> Vec<JobView> {
        let listed = self.app.list_job_views(&self.actor, &JobFilter::default(), &Paging::first(50)).await;
        listed.unwrap().rows
    }

    fn ms(&self) -> i64 {
        self.app.clock().now_ms()
    }
}

/// Three jobs an hour apart, known for ten days.
async fn known(store: crontopus_store::Store) -> World {
    let world = World::new(store).await;
    world.write("ops/backup.yaml", job("backup", "0 * * * *"));
    world.write("ops/report.yaml", job("report", "0 * * * *"));
    world.write("ops/weekly.yaml", job("weekly", "30 3 * * 1")).commit("Add three jobs");
    world.sync().await;
    world
}

#[tokio::test]
async fn lists_say_how_jobs_did_lately_and_why_one_is_not_well() {
    each(|store| async move {
        let world = known(store).await;
        let now = world.ms();
        for n in 0..40 {
            world.end("backup", now + n * 60_000, true, |c| c.duration_ms = Some(1_000 * (n + 1))).await;
            world.clock.advance(SignedDuration::from_mins(1));
        }
        world.end("report", world.ms(), false, |c| c.exit_status = Some(3)).await;
        world.end("report", world.ms() + 1, false, |c| c.exit_status = Some(4)).await;
        let views = world.views().await;
        let recents = world.app.list_job_recents(&world.actor, &views).await.unwrap();
        let of = |name: &str| &recents[&views.iter().find(|v| v.form.name == name).unwrap().form.id];
        let backup = of("backup");
        assert_eq!((backup.runs.len(), backup.runs[0].duration_ms), (30, Some(11_000)), "the last thirty");
        assert!(backup.runs.is_sorted_by_key(|r| r.at));
        assert_eq!((backup.p50_ms, backup.p95_ms, &backup.reason), (Some(25_000), Some(39_000), &None));
        let report = of("report");
        assert_eq!(report.reason.as_deref(), Some("exit status 4, 2 times in a row"));
        assert!(report.since.is_some_and(|at| (world.ms() - at) < 120_000));
        assert_eq!(of("weekly").runs, []);
        let standing = world.app.count_jobs(&world.actor).await.unwrap();
        assert_eq!((standing.all, standing.failing, standing.ok, standing.pending), (3, 1, 1, 1));
        // A broken newer form counts once, as what it is.
        world.write(
            "ops/weekly.yaml",
            "apiVersion: v1\nkind: Job\nmetadata: {name: weekly}\nspec: {shedule: x}\n",
        );
        world.write(
            "ops/backup.yaml",
            job("backup", "0 * * * *").replace("timezone", "enabled: false, timezone"),
        );
        world.commit("Break one, switch one off");
        world.sync().await;
        let standing = world.app.count_jobs(&world.actor).await.unwrap();
        let told = (
            standing.all,
            standing.failing,
            standing.ok,
            standing.pending,
            standing.invalid,
            standing.disabled,
        );
        assert_eq!(told, (3, 1, 0, 0, 1, 1));
        assert_eq!(standing.unplaced, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_counted_yet_is_told_all_the_same() {
    each(|store| async move {
        let world = known(store).await;
        let ask = || async {
            let found = world.app.get_job_statistics(&world.actor, ("ops", "backup"), 2).await.unwrap();
            let year =
                Timestamp::from_millisecond(world.ms()).unwrap().to_zoned(jiff::tz::TimeZone::UTC).year();
            let calendar =
                world.app.get_job_calendar(&world.actor, ("ops", "backup"), Some(year)).await.unwrap();
            let sum = calendar.days.iter().map(|day| day.tally.counts.total()).sum::<i64>();
            assert_eq!(sum, found.total.counts.total());
            let counts = found.total.counts;
            (counts.succeeded, counts.failed, found.total.durations.quantile(0.5).is_some())
        };
        assert_eq!(ask().await, (0, 0, false));
        world.end("backup", world.ms(), true, |c| c.duration_ms = Some(5_000)).await;
        world.end("backup", world.ms() - 20 * HOUR, false, |_| {}).await;
        assert_eq!(ask().await, (1, 1, true), "at once");
        world.count().await;
        assert_eq!(ask().await, (1, 1, true), "and not twice");
        // A row that was counted changes its end: a failure of the same run holds.
        let key = |c: &mut CheckIn| c.key = RunKey::External("again".to_owned());
        world.end("backup", world.ms(), true, key).await;
        world.count().await;
        world.end("backup", world.ms(), false, key).await;
        assert_eq!(ask().await, (1, 2, true));
        let from = world.ms() - 30 * DAY;
        let window = Window::new(from, world.ms() + HOUR, 100).unwrap();
        let series = world.app.get_job_durations(&world.actor, ("ops", "backup"), window, 10).await.unwrap();
        assert_eq!(series.buckets.iter().map(|b| b.tally.counts.total()).sum::<i64>(), 3);
    })
    .await;
}

#[tokio::test]
async fn statistics_compare_with_the_time_before() {
    each(|store| async move {
        let world = known(store).await;
        let first = world.ms();
        for day in 0..6 {
            world.clock.set(Timestamp::from_millisecond(first + day * DAY + HOUR).unwrap());
            let took = if day < 3 { 10_000 } else { 20_000 };
            for n in 0..4 {
                let well = day < 5 || n < 3;
                world.end("backup", world.ms() + n * 1_000, well, |c| c.duration_ms = Some(took)).await;
            }
        }
        world.count().await;
        let found = world.app.get_job_statistics(&world.actor, ("ops", "backup"), 3).await.unwrap();
        assert_eq!((found.total.counts.total(), found.before.counts.total()), (12, 12));
        assert_eq!(found.total.counts.success_rate(), Some(11.0 / 12.0));
        assert_eq!(found.before.counts.success_rate(), Some(1.0));
        let near = |found: Option<i64>, exact: i64| (found.unwrap() - exact).abs() * 40 <= exact;
        assert!(
            near(found.total.durations.quantile(0.5), 20_000)
                && near(found.before.durations.quantile(0.5), 10_000)
        );
        assert_eq!((found.days.len(), found.places.len()), (3, 1));
        assert!(found.uptime.is_some_and(|share| share > 0.9 && share < 1.0), "{:?}", found.uptime);
        // A pause does not begin the count anew.
        let id = found.places[0].monitor_id;
        world.app.pause_monitor(&world.actor, id).await.unwrap();
        world.app.resume_monitor(&world.actor, id).await.unwrap();
        let resumed = world.app.get_job_statistics(&world.actor, ("ops", "backup"), 3).await.unwrap();
        assert_eq!(resumed.uptime, found.uptime);
        let of_monitor =
            world.app.get_monitor_statistics(&world.actor, found.places[0].monitor_id, 3).await.unwrap();
        assert_eq!(of_monitor, found);
        let year = Timestamp::from_millisecond(first).unwrap().to_zoned(jiff::tz::TimeZone::UTC).year();
        let calendar = world.app.get_job_calendar(&world.actor, ("ops", "backup"), Some(year)).await.unwrap();
        assert_eq!(calendar.days.len(), 6);
        assert_eq!(calendar.days.iter().map(|d| d.tally.counts.total()).sum::<i64>(), 24);
        let window = Window::new(first, first + 30 * DAY, 31).unwrap();
        let long = world.app.get_job_durations(&world.actor, ("ops", "backup"), window, 30).await.unwrap();
        let window = Window::new(first, first + 6 * DAY, 31).unwrap();
        let short = world.app.get_job_durations(&world.actor, ("ops", "backup"), window, 6).await.unwrap();
        let runs = |s: &crontopus_app::statistics::DurationSeries| {
            s.buckets.iter().map(|b| b.tally.counts.total()).sum::<i64>()
        };
        assert_eq!((runs(&long), runs(&short)), (24, 24), "counted by hours, and run by run");
        assert_eq!((long.points.len(), short.points.len(), long.width % HOUR), (0, 24, 0));
        let unknown = world.app.get_job_statistics(&world.actor, ("ops", "none"), 3).await;
        assert!(matches!(unknown, Err(Error::NotFound(_))));
    })
    .await;
}

#[tokio::test]
async fn the_overview_is_one_picture_of_everything() {
    each(|store| async move {
        let world = known(store).await;
        world.clock.set("2026-11-24T12:31:00Z".parse().unwrap());
        let now = world.ms();
        world.end("backup", now, true, |c| c.duration_ms = Some(5)).await;
        world.end("report", now, false, |c| c.exit_status = Some(1)).await;
        world.count().await;
        let found = world.app.get_overview(&world.actor).await.unwrap();
        assert_eq!(found.headline, "1 job is failing.");
        assert_eq!((found.standing.all, found.open_incidents, found.attention.len()), (3, 1, 1));
        let attention = &found.attention[0];
        assert_eq!((attention.monitor.name.as_str(), attention.reason.as_str()), ("report", "exit status 1"));
        assert!(attention.incident.is_some() && attention.recent.runs.len() == 1);
        assert_eq!((found.upcoming.moments.len(), found.upcoming.moments[0].total), (1, 2), "at 13:00");
        let counted: i64 = found.slots.iter().map(|(_, c)| c.total()).sum();
        assert_eq!(counted, 2);
        let expected: Vec<u32> = found.expected.iter().map(|(_, n)| *n).collect();
        assert_eq!(expected, [0, 2, 0, 2, 0], "12:30 to 15:00");
        assert_eq!((found.running, found.lags.count()), (0, 0), "nobody said when they started");
        let start = |name: &str| {
            let target = Target::Job {
                tenant_id: world.actor.tenant_id,
                namespace: "ops".to_owned(),
                name: name.to_owned(),
            };
            let check_in = CheckIn::new(CheckInKind::Start, RunKey::External(format!("{name}-13")));
            Signal::new(Door::Native, target, check_in, world.ms())
        };
        world.clock.set("2026-11-24T13:00:02Z".parse().unwrap());
        world.app.ingest().submit(start("backup")).await.unwrap();
        world.clock.set("2026-11-24T13:00:04Z".parse().unwrap());
        world.app.ingest().submit(start("report")).await.unwrap();
        let going = world.app.get_overview(&world.actor).await.unwrap();
        assert_eq!(going.running, 2);
        let filter = RunFilter { status: Some(RunStatus::Running), ..RunFilter::default() };
        let listed = world.app.list_runs(&world.actor, &filter, &Paging::first(1)).await.unwrap();
        let next = Paging { limit: 9, after: listed.next };
        let rest = world.app.list_runs(&world.actor, &filter, &next).await.unwrap();
        let names = listed.rows.iter().chain(&rest.rows).map(|own| own.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["report", "backup"]);
        for name in ["backup", "report"] {
            let mut end = start(name);
            end.check_in.kind = CheckInKind::End { well: true };
            world.app.ingest().submit(end).await.unwrap();
        }
        world.count().await;
        let after = world.app.get_overview(&world.actor).await.unwrap();
        assert_eq!((after.running, after.lags.count()), (0, 2));
        let (p50, p95) = (after.lags.quantile(0.5).unwrap(), after.lags.quantile(0.95).unwrap());
        assert!((1_950..2_050).contains(&p50) && (3_900..4_100).contains(&p95), "{p50} {p95}");
        let change = &found.changes[0];
        assert_eq!(
            (change.summary.as_str(), change.added, change.jobs, change.removed),
            ("Add three jobs", 3, 3, 0)
        );
        world
            .write("ops/backup.yaml", job("backup", "15 * * * *"))
            .remove("ops/weekly.yaml")
            .commit("Change and remove");
        world.sync().await;
        let changes = world.app.get_overview(&world.actor).await.unwrap().changes;
        assert_eq!((changes.len(), changes[0].jobs, changes[0].added, changes[0].removed), (2, 2, 0, 1));
        world.clock.set("2026-11-25T13:31:00Z".parse().unwrap());
        let tomorrow = world.app.get_overview(&world.actor).await.unwrap();
        assert_eq!(tomorrow.lags.count(), 0, "the last 24 hours only");
    })
    .await;
}

#[tokio::test]
async fn timelines_hold_what_was_expected_and_what_ran() {
    each(|store| async move {
        let world = known(store).await;
        world.clock.set("2026-11-24T15:10:00Z".parse().unwrap());
        let now = world.ms();
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        world.end("backup", at("2026-11-24T13:00:30Z"), true, |c| c.duration_ms = Some(30_000)).await;
        world.end("backup", at("2026-11-24T14:00:30Z"), false, |c| c.duration_ms = Some(30_000)).await;
        let window = Window::new(at("2026-11-24T12:00:00Z"), at("2026-11-24T17:00:00Z"), 31).unwrap();
        let one = world.app.get_job_timeline(&world.actor, ("ops", "backup"), window).await.unwrap();
        assert_eq!(one.expected.len(), 5, "12:00 to 16:00");
        assert_eq!((one.places.len(), one.places[0].runs.len(), one.incidents.len()), (1, 2, 1));
        let (everything, two) = (JobFilter::default(), Paging::first(2));
        let many = world.app.get_timeline(&world.actor, &everything, &two, window, 5).await.unwrap();
        assert_eq!((many.width, many.lanes.len(), many.next.is_some()), (HOUR, 2, true));
        let cells: BTreeMap<u32, String> =
            many.lanes[0].cells.iter().map(|c| (c.part, c.worst.to_string())).collect();
        assert_eq!(cells, BTreeMap::from([(1, "succeeded".to_owned()), (2, "failed".to_owned())]));
        assert_eq!(many.lanes[0].expected, [4], "16:00 is yet to come");
        let ahead = Window::new(now, now + 2 * HOUR, 31).unwrap();
        let agenda = world.app.get_agenda(&world.actor, ahead, None, 10).await.unwrap();
        assert_eq!((agenda.total, agenda.moments.len()), (4, 2));
        let load = world.app.get_load(&world.actor, ahead, HOUR).await.unwrap();
        assert_eq!((load.cells, load.peak.unwrap().total), (vec![2, 2], 2));
    })
    .await;
}

#[tokio::test]
async fn numbers_that_runs_bring_are_kept_by_name() {
    each(|store| async move {
        let world = known(store).await;
        let first = world.ms();
        for (n, rows) in [(0, 10.0), (1, 30.0), (65, 7.5)] {
            world.clock.set(Timestamp::from_millisecond(first + n * 60_000).unwrap());
            let metrics = BTreeMap::from([("rows".to_owned(), rows), (format!("other-{n}"), 1.0)]);
            world.end("backup", world.ms(), true, |c| c.metrics = metrics).await;
        }
        let window = Window::new(first, first + 2 * HOUR, 31).unwrap();
        let all = world.app.get_job_metrics(&world.actor, ("ops", "backup"), None, window, 2).await.unwrap();
        assert_eq!(all.metrics.len(), 4);
        let one = world
            .app
            .get_job_metrics(&world.actor, ("ops", "backup"), Some("rows"), window, 2)
            .await
            .unwrap();
        let [rows] = one.metrics.as_slice() else { panic!("{one:?}") };
        assert_eq!(rows.last.1, 7.5);
        let told: Vec<_> = rows.buckets.iter().map(|b| (b.count, b.min, b.max, b.sum)).collect();
        assert_eq!(told, [(2, 10.0, 30.0, 40.0), (1, 7.5, 7.5, 7.5)]);
    })
    .await;
}

/// Commits as a person makes them later: at the clock of the world.
fn commit_at(world: &World, message: &str, at: &str) {
    world.commit(message);
    let date = format!("--date={at}");
    world.git(&["commit", "--quiet", "--amend", "--no-edit", &date], &world.work());
    let bare = world.app.repository_path(world.actor.tenant_id, world.repository.id);
    world.git(&["push", "--quiet", "--force", bare.to_str().unwrap(), "HEAD:main"], &world.work());
}

#[tokio::test]
async fn a_commit_knows_how_long_runs_took_before_and_after_it() {
    each(|store| async move {
        let world = World::new(store).await;
        for name in ["backup", "report", "weekly"] {
            world.write(&format!("ops/{name}.yaml"), job(name, "0 * * * *"));
        }
        commit_at(&world, "Add three jobs", "2026-11-24T11:00:00Z");
        world.sync().await;
        let run = async |name: &str, ms: i64, well: bool| {
            world.end(name, world.ms(), well, |c| c.duration_ms = Some(ms)).await;
            world.clock.advance(SignedDuration::from_mins(1));
        };
        for n in 0..50 {
            // The oldest thirty took long; only the last twenty good ones are looked at.
            run("backup", if n < 30 { 90_000 } else { 1_000 + n }, true).await;
            run("report", 700, (4..8).contains(&n)).await;
        }
        let at = world.app.clock().now();
        world.write("ops/backup.yaml", job("backup", "15 * * * *"));
        world.write("ops/report.yaml", job("report", "15 * * * *"));
        commit_at(&world, "Start later", &at.to_string());
        world.sync().await;
        world.clock.advance(SignedDuration::from_mins(1));
        for n in 0..9 {
            run("backup", 2_200 + n, n != 0).await;
            run("report", 7_000, true).await;
        }
        let history = async |name: &str| {
            let paging = Paging::first(10);
            world.app.list_job_changes(&world.actor, "ops", name, &paging).await.unwrap().rows
        };
        let rows = history("backup").await;
        let (revision, change) = &rows[0];
        assert_eq!((revision.summary.as_str(), rows.len()), ("Start later", 2));
        let (before, after) = (change.before.unwrap(), change.after.unwrap());
        assert_eq!((before.runs, before.median_ms), (20, 1_039));
        assert_eq!((after.runs, after.median_ms), (8, 2_204), "the failed one does not count");
        assert_eq!(change.warning().as_deref(), Some("runs take 2.1× as long since this commit"));
        // The first commit was before all runs.
        let first = rows[1].1;
        assert!(first.before.is_none() && first.after.unwrap().median_ms == 90_000);
        assert_eq!(first.warning(), None);
        // Forty runs back there are only failures: nothing is said.
        let report = history("report").await[0].1;
        assert!(report.before.is_none() && report.factor().is_none(), "{report:?}");
        assert_eq!(history("weekly").await[0].1, DurationChange::default());
    })
    .await;
}
