//! One repository, commit after commit.

use crontopus_app::Paging;
use crontopus_app::git::NewRepository;
use crontopus_store::testing::each;

use crate::world::{World, commit, git, job, write};

#[tokio::test]
async fn jobs_come_change_and_go_with_their_monitors() {
    each(|store| async move {
        let world = World::new(store).await;
        let nothing = world.sync().await;
        assert_eq!((nothing.to, world.repository().await.state.as_str()), (None, "empty"));

        let first = world
            .write("ns/a.yaml", job("a", "0 2 * * *"))
            .write("b.yaml", job("b", "0 3 * * *"))
            .commit("1");
        let synced = world.sync().await;
        assert_eq!((synced.created, synced.updated, synced.removed, synced.errors), (2, 0, 0, 0));
        assert_eq!(synced.to.as_deref(), Some(first.as_str()));
        assert_eq!(world.jobs().await, ["default/b 0 3 * * *", "ns/a 0 2 * * *"]);
        assert_eq!(world.monitors().await.len(), 2);
        let ids: Vec<_> = world.projection().await.jobs.iter().map(|j| j.id).collect();

        world.write("ns/a.yaml", job("a", "0 4 * * *")).remove("b.yaml").commit("2");
        let synced = world.sync().await;
        assert_eq!((synced.created, synced.updated, synced.removed), (0, 1, 1));
        assert_eq!(world.jobs().await, ["ns/a 0 4 * * *"]);
        assert_eq!(world.monitors().await, ["ns/a"]);

        // A job that returns is the same one.
        world.write("b.yaml", job("b", "0 3 * * *")).commit("3");
        world.sync().await;
        let again: Vec<_> = world.projection().await.jobs.iter().map(|j| j.id).collect();
        assert_eq!(again, ids);
        assert_eq!(world.monitors().await.len(), 2);
        let repository = world.repository().await;
        assert_eq!(
            (repository.state.as_str(), repository.jobs, repository.errors, repository.steps),
            ("ok", 2, 0, 3)
        );

        // Nothing new is nothing done.
        let same = world.sync().await;
        assert_eq!((same.created, same.updated, same.removed), (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_last_valid_form_stays_in_force() {
    each(|store| async move {
        let world = World::new(store).await;
        let good = world.write("ns/a.yaml", job("a", "0 2 * * *")).commit("good");
        world.sync().await;
        world.write("ns/a.yaml", job("a", "0 25 * * *")).commit("bad");
        let synced = world.sync().await;
        assert_eq!((synced.errors, synced.removed), (1, 0));
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * * !"]);
        let detail = world.app.get_job(&world.actor, "ns", "a").await.unwrap();
        assert_eq!(
            (detail.form.commit.as_str(), detail.diagnostics[0].code.as_str()),
            (good.as_str(), "bad_schedule")
        );
        assert_eq!(world.repository().await.state.as_str(), "partial");

        // Not even the name can be read, or nothing at all.
        for broken in ["kind: Job\nmetadata: [", "\0", "just words"] {
            world.write("ns/a.yaml", broken).commit("worse");
            world.sync().await;
            assert_eq!(world.jobs().await, ["ns/a 0 2 * * * !"], "{broken:?}");
            assert_eq!(world.monitors().await, ["ns/a"]);
        }
        world.write("ns/a.yaml", "x".repeat(2 << 20)).commit("huge");
        world.sync().await;
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * * !"]);

        world.write("ns/a.yaml", job("a", "0 5 * * *")).commit("mended");
        world.sync().await;
        assert_eq!(world.jobs().await, ["ns/a 0 5 * * *"]);
        assert_eq!(world.repository().await.state.as_str(), "ok");

        // Removing the file removes the job, errors or not.
        world.write("ns/a.yaml", "kind: [").commit("bad");
        world.sync().await;
        world.remove("ns/a.yaml").commit("gone");
        world.sync().await;
        assert!(world.jobs().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_uid_keeps_a_job_over_renames() {
    each(|store| async move {
        let world = World::new(store).await;
        let with = |name: &str, uid: &str| {
            job(name, "0 2 * * *").replace("}\nspec", &format!(", uid: {uid}}}\nspec"))
        };
        let (one, two) = ("0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11", "0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c12");
        world.write("ns/a.yaml", with("a", one)).write("ns/b.yaml", with("b", two)).commit("two");
        world.sync().await;
        let before = world.projection().await.jobs;
        // They exchange their names, and one moves to another namespace.
        world.write("ns/a.yaml", with("b", one)).write("ns/b.yaml", with("a", two)).commit("exchange");
        world.sync().await;
        let after = world.projection().await.jobs;
        assert_eq!((after[0].id, after[1].id), (before[1].id, before[0].id));
        world.remove("ns/a.yaml").write("other/c.yaml", with("c", one)).commit("move");
        world.sync().await;
        let moved = world.projection().await.jobs;
        assert_eq!(moved.iter().find(|j| j.key() == "other/c").unwrap().id, before[0].id);
        let history =
            world.app.list_job_history(&world.actor, "other", "c", &Paging::first(10)).await.unwrap();
        let summaries: Vec<_> = history.rows.iter().map(|r| r.summary.as_str()).collect();
        assert_eq!(summaries, ["move", "exchange", "two"]);
    })
    .await;
}

#[tokio::test]
async fn policies_act_when_they_come_and_stay_while_broken() {
    each(|store| async move {
        let world = World::new(store).await;
        let policy =
            "apiVersion: v1\nkind: Policy\nmetadata: {name: p}\nspec: {rules: {requireLabels: [team]}}\n";
        world.write("ns/a.yaml", job("a", "0 2 * * *")).commit("job");
        world.sync().await;
        world.write("policy.yaml", policy).commit("policy");
        let synced = world.sync().await;
        assert_eq!((synced.errors, world.jobs().await), (1, vec!["ns/a 0 2 * * * !".to_owned()]));
        // A broken policy holds on in its last form.
        world.write("policy.yaml", "kind: Policy\nmetadata: {name: p}\n").commit("broken policy");
        world.write("ns/b.yaml", job("b", "0 2 * * *")).commit("another");
        world.sync().await;
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * * !"]);
        world.remove("policy.yaml").commit("no policy");
        world.sync().await;
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * *", "ns/b 0 2 * * *"]);
        assert!(world.projection().await.diagnostics.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_name_belongs_to_the_file_that_had_it_first() {
    each(|store| async move {
        let world = World::new(store).await;
        world.write("ns/a.yaml", job("x", "0 2 * * *")).commit("a");
        world.sync().await;
        world.write("ns/b.yaml", job("x", "0 3 * * *")).commit("b");
        assert_eq!(world.sync().await.errors, 1);
        assert_eq!(world.jobs().await, ["ns/x 0 2 * * *"]);
        // The other one takes over when the first goes, although its file did not change.
        world.remove("ns/a.yaml").commit("without a");
        world.sync().await;
        assert_eq!(world.jobs().await, ["ns/x 0 3 * * *"]);
        assert!(world.projection().await.diagnostics.is_empty());
    })
    .await;
}

#[tokio::test]
async fn history_and_diffs_are_read_from_git() {
    each(|store| async move {
        let world = World::new(store).await;
        let one = world.write("ns/a.yaml", job("a", "0 2 * * *")).commit("one");
        world.sync().await;
        // Two commits at once: each is a revision of its own.
        let two = world.write("ns/a.yaml", job("a", "0 3 * * *")).commit("two");
        let three = world.write("ns/a.yaml", job("a", "0 4 * * *")).commit("three");
        world.sync().await;
        let history = world.app.list_job_history(&world.actor, "ns", "a", &Paging::first(10)).await.unwrap();
        let commits: Vec<_> = history.rows.iter().map(|r| r.commit.clone()).collect();
        assert_eq!(commits, [three.clone(), two.clone(), one.clone()]);
        assert_eq!(history.rows[0].author, "Ada <ada@example.org>");
        let (at, source) = world.app.get_job_at(&world.actor, "ns", "a", &one[..8]).await.unwrap();
        assert_eq!((at.form.file.as_str(), at.form.commit), ("ns/a.yaml", one.clone()));
        assert_eq!((at.form.schedule.as_str(), source), ("0 2 * * *", job("a", "0 2 * * *")));
        let change = world.app.diff_job(&world.actor, "ns", "a", (Some(&one), Some(&three))).await.unwrap();
        assert!(
            change.diff.contains("-  schedule: 0 2 * * *")
                || change.diff.contains("-  schedule: \"0 2 * * *\""),
            "{}",
            change.diff
        );
        assert!(
            world
                .app
                .diff_job(&world.actor, "ns", "a", (Some(&one), Some(&one)))
                .await
                .unwrap()
                .diff
                .is_empty()
        );
        let last = world.app.diff_job(&world.actor, "ns", "a", (None, None)).await.unwrap();
        assert_eq!((&last.from, &last.to), (&two, &three));
        for wrong in ["", "xyz", "0000000", "main", "-f", &"0".repeat(40), "../../x"] {
            assert!(world.app.get_job_at(&world.actor, "ns", "a", wrong).await.is_err(), "{wrong}");
        }
        let listed = world.app.list_commits(&world.actor, "jobs", &Paging::first(2)).await.unwrap();
        assert_eq!((listed.rows.len(), listed.rows[0].id.clone()), (2, three));
        let rest = Paging { limit: 2, after: listed.next };
        assert_eq!(world.app.list_commits(&world.actor, "jobs", &rest).await.unwrap().rows.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn two_repositories_share_the_names_of_a_tenant() {
    each(|store| async move {
        let world = World::new(store).await;
        world.write("ns/a.yaml", job("a", "0 2 * * *")).commit("one");
        world.sync().await;
        let new = NewRepository { name: "other".to_owned(), ..NewRepository::default() };
        let other = world.app.connect_repository(&world.actor, new).await.unwrap();
        let path = world.app.repository_path(world.actor.tenant_id, other.id);
        let work = tempfile::tempdir().unwrap();
        git(work.path(), &["init", "--quiet", "--initial-branch=main", "."]);
        let push = |message: &str| {
            commit(work.path(), message);
            git(work.path(), &["push", "--quiet", path.to_str().unwrap(), "HEAD:main"]);
        };
        write(work.path(), "ns/a.yaml", job("a", "0 9 * * *"));
        write(work.path(), "ns/b.yaml", job("b", "0 9 * * *"));
        push("two");
        let synced = world.app.sync_repository(world.actor.tenant_id, other.id).await.unwrap();
        assert_eq!((synced.created, synced.errors), (1, 1));
        // A commit that has nothing to do with it, and one that makes everything be looked at.
        write(work.path(), "ns/c.yaml", job("c", "0 9 * * *"));
        push("three");
        assert_eq!(world.app.sync_repository(world.actor.tenant_id, other.id).await.unwrap().errors, 1);
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * *"]);
        let found = world.app.get_job(&world.actor, "ns", "a").await.unwrap();
        assert_eq!(found.form.repository_id, world.repository.id);
    })
    .await;
}
