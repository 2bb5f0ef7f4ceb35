//! Lists of jobs by how they are: the store's rule and the one in words are the same.

use std::collections::BTreeMap;

use crontopus_app::git::{JobStatus, JobView, job_status};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};
use crontopus_app::rows::{JobFilter, JobOrder, MonitorFilter};
use crontopus_app::{Listed, Paging};
use crontopus_store::testing::each;
use jiff::SignedDuration;

use crate::world::{World, job};

impl World {
    async fn report(&self, name: &str, kind: CheckInKind) {
        let target = Target::Job {
            tenant_id: self.actor.tenant_id,
            namespace: "ns".to_owned(),
            name: name.to_owned(),
        };
        let check_in = CheckIn::new(kind, RunKey::None);
        let signal = Signal::new(Door::Native, target, check_in, self.app.clock().now_ms());
        self.app.check_in(vec![signal]).await.unwrap();
    }

    /// Names of the jobs a filter gives, page by page.
    async fn named(&self, filter: &JobFilter, limit: u32) -> Vec<String> {
        let (mut names, mut paging) = (Vec::new(), Paging::first(limit));
        loop {
            let Listed { rows, next } = self.app.list_jobs(&self.actor, filter, &paging).await.unwrap();
            assert!(rows.len() <= limit as usize);
            names.extend(rows.into_iter().map(|form| form.name));
            match next {
                Some(next) => paging.after = Some(next),
                None => return names,
            }
        }
    }
}

#[tokio::test]
async fn every_status_is_found_as_it_is_shown() {
    each(|store| async move {
        let world = World::new(store).await;
        let on_host = |name: &str| {
            job(name, "0 2 * * *").replace("spec: {", "spec: {command: /bin/true, host: {selector: {}}, ")
        };
        for name in ["ok", "failing", "paused", "pending", "invalid"] {
            world.write(&format!("ns/{name}.yaml"), job(name, "0 2 * * *"));
        }
        world.write("ns/late.yaml", job("late", "5 12 * * *"));
        world.write("ns/unplaced.yaml", on_host("unplaced"));
        world.write("ns/off.yaml", job("off", "0 2 * * *").replace("spec: {", "spec: {enabled: false, "));
        world.commit("all");
        world.sync().await;
        world.write("ns/invalid.yaml", job("invalid", "0 99 * * *")).commit("break");
        world.sync().await;
        world.report("ok", CheckInKind::End { well: true }).await;
        world.report("failing", CheckInKind::End { well: false }).await;
        let filter = MonitorFilter { job: Some(("ns".into(), "paused".into())), ..MonitorFilter::default() };
        let paused = world.app.list_monitors(&world.actor, &filter, &Paging::first(1)).await.unwrap();
        world.app.pause_monitor(&world.actor, paused.rows[0].id).await.unwrap();
        // Past the expected time of one, inside its window.
        world.clock.advance(SignedDuration::from_mins(6));

        let (filter, paging) = (JobFilter::default(), Paging::first(200));
        let shown = world.app.list_job_views(&world.actor, &filter, &paging).await.unwrap();
        let mut by_status: BTreeMap<JobStatus, Vec<String>> = BTreeMap::new();
        for view in shown.rows {
            let status = job_status(&view.form, &view.monitors, world.app.clock().now_ms());
            by_status.entry(status).or_default().push(view.form.name);
        }
        for status in JobStatus::ALL {
            let filter = JobFilter { status: Some(*status), ..JobFilter::default() };
            let wanted = by_status.remove(status).unwrap_or_default();
            assert_eq!(world.named(&filter, 2).await, wanted, "{status}");
            // A host that is lost is shown elsewhere; each of the others is here.
            assert!(*status == JobStatus::Unknown || wanted.len() == 1, "{status}: {wanted:?}");
        }
        in_every_order(&world).await;
        let namespaces = world.app.list_namespaces(&world.actor, &Paging::first(9)).await.unwrap();
        assert_eq!((namespaces.rows[0].jobs, namespaces.rows[0].failing), (8, 1));
    })
    .await;
}

/// Each order, page by page, is that of what is shown.
async fn in_every_order(world: &World) {
    let (now, first) = (world.app.clock().now_ms(), Paging::first(200));
    let shown = world.app.list_job_views(&world.actor, &JobFilter::default(), &first).await.unwrap().rows;
    let next =
        |view: &JobView| view.monitors.iter().filter_map(|m| m.state.expected_at).min().unwrap_or(i64::MAX);
    let last = |view: &JobView| -view.monitors.iter().filter_map(|m| m.state.last_run_at).max().unwrap_or(0);
    let status = |view: &JobView| job_status(&view.form, &view.monitors, now).urgency();
    let key = |order: JobOrder, view: &JobView| match order {
        JobOrder::Status => status(view),
        JobOrder::Next => next(view),
        JobOrder::Last => last(view),
        JobOrder::Name | JobOrder::NameDescending => 0,
    };
    for order in [JobOrder::Name, JobOrder::Status, JobOrder::Next, JobOrder::Last] {
        let mut wanted: Vec<_> =
            shown.iter().map(|view| (key(order, view), view.form.name.clone())).collect();
        wanted.sort();
        let wanted: Vec<String> = wanted.into_iter().map(|(_, name)| name).collect();
        for limit in [1, 3, 200] {
            let filter = JobFilter { order, ..JobFilter::default() };
            assert_eq!(world.named(&filter, limit).await, wanted, "{order:?} {limit}");
        }
        let text = Some("s/p".to_owned());
        let some = wanted.iter().filter(|name| name.starts_with('p')).cloned().collect::<Vec<_>>();
        assert_eq!(
            world.named(&JobFilter { order, text, ..JobFilter::default() }, 1).await,
            some,
            "{order:?}"
        );
        let status = Some(JobStatus::Failing);
        let failing = JobFilter { order, status, ..JobFilter::default() };
        assert_eq!(world.named(&failing, 1).await, ["failing"], "{order:?}");
        let namespace = Some("elsewhere".to_owned());
        let nothing = JobFilter { order, namespace, ..JobFilter::default() };
        assert!(world.named(&nothing, 1).await.is_empty(), "{order:?}");
    }
    assert_eq!(
        world.named(&JobFilter { order: JobOrder::Status, ..JobFilter::default() }, 9).await[..2],
        ["failing", "late"]
    );
}

#[tokio::test]
async fn a_page_begins_where_the_one_before_ended_whatever_became_of_that_job() {
    each(|store| async move {
        let world = World::new(store).await;
        for n in 0..5 {
            let labels = format!("labels: {{n: n{}}}", n % 2);
            let text = job(&format!("j{n}"), &format!("{n} 2 * * *"));
            world.write(&format!("ns/j{n}.yaml"), text.replace("}\nspec", &format!(", {labels}}}\nspec")));
        }
        world.commit("all");
        world.sync().await;
        for name in ["j3", "j1"] {
            world.report(name, CheckInKind::End { well: true }).await;
            world.clock.advance(SignedDuration::from_secs(1));
        }
        let page = async |order: JobOrder, after: &Option<crontopus_app::Cursor>, limit: u32| {
            let (filter, paging) =
                (JobFilter { order, ..JobFilter::default() }, Paging { limit, after: after.clone() });
            let Listed { rows, next } = world.app.list_jobs(&world.actor, &filter, &paging).await.unwrap();
            (rows.into_iter().map(|form| form.name).collect::<Vec<_>>(), next)
        };
        let (names, last) = page(JobOrder::Last, &None, 2).await;
        assert_eq!(names, ["j1", "j3"]);
        let (names, next) = page(JobOrder::Next, &None, 3).await;
        assert_eq!(names, ["j0", "j1", "j2"]);
        let (names, status) = page(JobOrder::Status, &None, 2).await;
        assert_eq!(names, ["j1", "j3"]);
        let labels = vec![("n".to_owned(), Some("n1".to_owned()))];
        let labelled = JobFilter { labels, order: JobOrder::Last, ..JobFilter::default() };
        assert_eq!(world.named(&labelled, 1).await, ["j1", "j3"]);

        // The last row of two of the pages is gone, that of the third is elsewhere.
        world.remove("ns/j2.yaml").remove("ns/j3.yaml").commit("less");
        world.sync().await;
        assert_eq!(page(JobOrder::Last, &last, 9).await.0, ["j0", "j4"]);
        assert_eq!(page(JobOrder::Next, &next, 9).await.0, ["j4"]);
        assert_eq!(page(JobOrder::Status, &status, 9).await.0, ["j0", "j4"]);
    })
    .await;
}

#[tokio::test]
async fn labels_order_and_pages() {
    each(|store| async move {
        let world = World::new(store).await;
        for n in 0..7 {
            let labels = format!("labels: {{team: t{}, tier: gold}}", n % 2);
            let text = job(&format!("j{n}"), "0 2 * * *").replace("}\nspec", &format!(", {labels}}}\nspec"));
            world.write(&format!("ns/j{n}.yaml"), text);
        }
        world.write("ns/bare.yaml", job("bare", "0 2 * * *")).commit("all");
        world.sync().await;
        let labelled = |labels: &[(&str, Option<&str>)]| JobFilter {
            labels: labels.iter().map(|(k, v)| ((*k).to_owned(), v.map(str::to_owned))).collect(),
            ..JobFilter::default()
        };
        let check = async |filter: JobFilter, wanted: &[&str]| {
            for limit in [1, 2, 200] {
                assert_eq!(world.named(&filter, limit).await, wanted, "{filter:?} {limit}");
            }
        };
        check(labelled(&[("team", Some("t1"))]), &["j1", "j3", "j5"]).await;
        check(
            labelled(&[("team", None), ("tier", Some("gold"))]),
            &["j0", "j1", "j2", "j3", "j4", "j5", "j6"],
        )
        .await;
        check(labelled(&[("team", Some("t1")), ("team", Some("t0"))]), &[]).await;
        check(labelled(&[("Team", None)]), &[]).await;
        let back = JobFilter { order: JobOrder::NameDescending, ..labelled(&[("team", Some("t0"))]) };
        check(back, &["j6", "j4", "j2", "j0"]).await;
        let text = JobFilter { text: Some("S/J1".to_owned()), ..JobFilter::default() };
        check(text, &["j1"]).await;
        let nothing = JobFilter { text: Some("%".to_owned()), ..JobFilter::default() };
        check(nothing, &[]).await;
    })
    .await;
}
