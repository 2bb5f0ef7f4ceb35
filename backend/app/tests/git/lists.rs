//! Lists of jobs by how they are: the store's rule and the one in words are the same.

use std::collections::BTreeMap;

use crontopus_app::git::{JobStatus, job_status};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};
use crontopus_app::rows::{JobFilter, MonitorFilter};
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
        let namespaces = world.app.list_namespaces(&world.actor, &Paging::first(9)).await.unwrap();
        assert_eq!((namespaces.rows[0].jobs, namespaces.rows[0].failing), (8, 1));
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
        let back = JobFilter { is_descending: true, ..labelled(&[("team", Some("t0"))]) };
        check(back, &["j6", "j4", "j2", "j0"]).await;
        let text = JobFilter { text: Some("S/J1".to_owned()), ..JobFilter::default() };
        check(text, &["j1"]).await;
        let nothing = JobFilter { text: Some("%".to_owned()), ..JobFilter::default() };
        check(nothing, &[]).await;
    })
    .await;
}
