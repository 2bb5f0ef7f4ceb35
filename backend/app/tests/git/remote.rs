//! Repositories on other servers.

use std::time::Duration;

use crontopus_app::Error;
use crontopus_app::git::{NewRemote, NewRepository, RepositoryChange};
use crontopus_app::tasks::repository_sync;
use crontopus_store::testing::each;
use jiff::SignedDuration;

use crate::world::{World, commit, git, job, write};

#[tokio::test]
async fn a_remote_is_mirrored_and_its_failures_change_nothing() {
    each(|store| async move {
        let remote = tempfile::tempdir().unwrap();
        git(remote.path(), &["init", "--quiet", "--initial-branch=main", "."]);
        let world = World::mirroring(store, remote.path()).await;
        let (tenant, id) = (world.actor.tenant_id, world.repository.id);
        // There is no branch yet.
        assert!(world.app.fetch_and_sync(tenant, id).await.is_err());
        assert!(world.repository().await.error.unwrap().contains("no branch `main`"));

        write(remote.path(), "ns/a.yaml", job("a", "0 2 * * *"));
        commit(remote.path(), "one");
        world.app.fetch_and_sync(tenant, id).await.unwrap();
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * *"]);
        assert_eq!(world.repository().await.error, None);

        // An invalid manifest on a remote cannot be refused: the old job keeps running, the problem is shown.
        write(remote.path(), "ns/a.yaml", job("a", "nonsense"));
        commit(remote.path(), "bad");
        world.app.fetch_and_sync(tenant, id).await.unwrap();
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * * !"]);
        assert_eq!(world.projection().await.diagnostics[0].file, "ns/a.yaml");

        // History is rewritten there.
        git(remote.path(), &["checkout", "--quiet", "--orphan", "fresh"]);
        write(remote.path(), "ns/a.yaml", job("a", "0 7 * * *"));
        commit(remote.path(), "again");
        git(remote.path(), &["branch", "--force", "main", "fresh"]);
        world.app.fetch_and_sync(tenant, id).await.unwrap();
        assert_eq!(world.jobs().await, ["ns/a 0 7 * * *"]);

        // The remote is away, then has lost its branch: nothing is removed.
        let away = remote.path().with_extension("away");
        std::fs::rename(remote.path(), &away).unwrap();
        assert!(world.app.fetch_and_sync(tenant, id).await.is_err());
        let repository = world.repository().await;
        assert_eq!((repository.state.as_str(), repository.jobs), ("failed", 1));
        assert_eq!(world.jobs().await, ["ns/a 0 7 * * *"]);
        std::fs::rename(&away, remote.path()).unwrap();
        world.app.fetch_and_sync(tenant, id).await.unwrap();
        assert_eq!(world.repository().await.state.as_str(), "ok");
    })
    .await;
}

#[tokio::test]
async fn a_remote_is_fetched_on_its_interval_without_anybody_asking() {
    each(|store| async move {
        let remote = tempfile::tempdir().unwrap();
        git(remote.path(), &["init", "--quiet", "--initial-branch=main", "."]);
        write(remote.path(), "ns/a.yaml", job("a", "0 2 * * *"));
        commit(remote.path(), "one");
        let world = World::mirroring(store, remote.path()).await;
        let turn = async || repository_sync::turn(&world.app).await.unwrap();
        assert!(turn().await <= Duration::from_secs(30), "it looks again before long");
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * *"]);

        // Nobody tells of the next commit: it is found when the interval is over, and not before.
        write(remote.path(), "ns/a.yaml", job("a", "0 7 * * *"));
        commit(remote.path(), "two");
        world.clock.advance(SignedDuration::from_secs(59));
        let pause = turn().await;
        assert!(pause <= Duration::from_secs(1), "{pause:?}");
        assert_eq!(world.jobs().await, ["ns/a 0 2 * * *"]);
        world.clock.advance(SignedDuration::from_secs(1));
        turn().await;
        assert_eq!(world.jobs().await, ["ns/a 0 7 * * *"]);

        // A remote that is away is left alone for as long, and then found again.
        let away = remote.path().with_extension("away");
        std::fs::rename(remote.path(), &away).unwrap();
        world.clock.advance(SignedDuration::from_secs(60));
        turn().await;
        assert_eq!(world.repository().await.state.as_str(), "failed");
        std::fs::rename(&away, remote.path()).unwrap();
        write(remote.path(), "ns/a.yaml", job("a", "0 9 * * *"));
        commit(remote.path(), "three");
        turn().await;
        assert_eq!(world.jobs().await, ["ns/a 0 7 * * *"]);
        world.clock.advance(SignedDuration::from_secs(60));
        turn().await;
        assert_eq!(world.jobs().await, ["ns/a 0 9 * * *"]);

        // Another interval holds from the next fetch on.
        let change = RepositoryChange { sync_interval_seconds: Some(600), ..RepositoryChange::default() };
        world.app.update_repository(&world.actor, "jobs", change).await.unwrap();
        turn().await;
        write(remote.path(), "ns/a.yaml", job("a", "0 10 * * *"));
        commit(remote.path(), "four");
        world.clock.advance(SignedDuration::from_secs(599));
        turn().await;
        assert_eq!(world.jobs().await, ["ns/a 0 9 * * *"]);
        world.clock.advance(SignedDuration::from_secs(61));
        turn().await;
        assert_eq!(world.jobs().await, ["ns/a 0 10 * * *"]);
    })
    .await;
}

#[tokio::test]
async fn addresses_are_guarded() {
    each(|store| async move {
        let world = World::new(store).await;
        let connect = |url: &str, token: Option<&str>, key: Option<&str>| {
            let remote = NewRemote {
                url: url.to_owned(),
                https_token: token.map(str::to_owned),
                ssh_key: key.map(str::to_owned),
                sync_interval_seconds: None,
            };
            let name = format!("r-{}", url.len() + token.map_or(0, str::len));
            let new = NewRepository { name, remote: Some(remote), ..NewRepository::default() };
            let (app, actor) = (world.app.clone(), world.actor.clone());
            async move { app.connect_repository(&actor, new).await }
        };
        for url in [
            "http://git.example.org/x",
            "https://127.0.0.1/x",
            "https://10.0.0.1/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest",
            "file:///etc",
            "ext::sh -c touch",
            "https://user:pw@example.org/x",
            "ssh://-oProxyCommand=x/y",
        ] {
            let refused = connect(url, None, None).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{url}: {refused:?}");
        }
        assert!(matches!(connect("ssh://git@example.org/x", None, None).await, Err(Error::Invalid(_))));
        assert!(matches!(
            connect("ssh://git@example.org/x", None, Some("no key")).await,
            Err(Error::Invalid(_))
        ));
        assert!(matches!(connect("https://example.org/x", Some("a\nb"), None).await, Err(Error::Invalid(_))));
        let made = connect("https://example.org/x", Some("hunter2-secret"), None).await.unwrap();
        let shown = format!("{made:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        // Neither in the database.
        let mut read =
            world.app.store().read(crontopus_store::TenantScope::of(world.actor.tenant_id)).await.unwrap();
        let sealed = read.find_sealed(made.id).await.unwrap().unwrap();
        assert!(!sealed.windows(7).any(|w| w == b"hunter2"));
        drop(read);
        let change = RepositoryChange { https_token: Some("x".into()), ..RepositoryChange::default() };
        assert!(world.app.update_repository(&world.actor, "jobs", change).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn deleting_a_repository_ends_its_jobs() {
    each(|store| async move {
        let world = World::new(store).await;
        world.write("a.yaml", job("a", "0 2 * * *")).commit("one");
        world.sync().await;
        let path = world.app.repository_path(world.actor.tenant_id, world.repository.id);
        assert!(path.is_dir());
        world.app.delete_repository(&world.actor, "jobs").await.unwrap();
        assert!(!path.exists());
        assert!(world.app.get_job(&world.actor, "default", "a").await.is_err());
        assert!(world.app.get_repository(&world.actor, "jobs").await.is_err());
        assert!(world.app.delete_repository(&world.actor, "jobs").await.is_err());
    })
    .await;
}
