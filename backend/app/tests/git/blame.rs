//! Who wrote each line of a manifest.

use crontopus_store::testing::each;

use crate::world::{World, job};

/// The messages of the commits that wrote each line.
async fn authors(world: &World, name: &str, commit: Option<&str>) -> Vec<(String, String)> {
    let blame = world.app.get_job_blame(&world.actor, "ops", name, commit).await.unwrap();
    assert!(!blame.is_cut);
    let by = |(text, owner): (String, usize)| (text, blame.commits[owner].summary.clone());
    blame.lines.clone().into_iter().map(by).collect()
}

#[tokio::test]
async fn each_line_has_the_commit_that_wrote_it() {
    each(|store| async move {
        let world = World::new(store).await;
        let (one, two) = (job("one", "0 1 * * *"), job("two", "0 2 * * *"));
        world.write("ops/both.yaml", format!("{one}---\n{two}")).commit("begin");
        world.sync().await;
        world.write("ops/other.yaml", job("other", "0 3 * * *")).commit("elsewhere");
        world.write("ops/both.yaml", format!("# <b>first</b>\n{one}---\n{two}")).commit("remark");
        world.write("ops/both.yaml", "nonsense: [").commit("break");
        let later = two.replace("0 2", "0 4");
        let mended =
            world.write("ops/both.yaml", format!("# <b>first</b>\n{one}---\n# two\n{later}")).commit("later");
        world.sync().await;

        let found = authors(&world, "two", None).await;
        let wrote =
            |text: &str| found.iter().find(|(line, _)| line.contains(text)).map(|(_, by)| by.as_str());
        assert_eq!(found.len(), 5);
        // The file was something else in between: what came back was written anew.
        assert!(found.iter().all(|(_, by)| by == "later"), "{found:?}");
        assert_eq!(wrote("# two"), Some("later"));

        world
            .write("ops/both.yaml", format!("# <b>first</b>\n{one}---\n# two\n{later}  #end\n"))
            .commit("end");
        world.write("ops/both.yaml", format!("{one}---\n# zwei\n{later}  #end\n")).commit("translate");
        world.sync().await;
        let head = world.git(&["rev-parse", "HEAD"], &world.work()).trim().to_owned();
        let found = authors(&world, "two", Some(&head)).await;
        let wrote =
            |text: &str| found.iter().find(|(line, _)| line.contains(text)).map(|(_, by)| by.as_str());
        assert_eq!(
            (wrote("# zwei"), wrote("#end"), wrote("0 4")),
            (Some("translate"), Some("end"), Some("later"))
        );
        assert_eq!(found.len(), 6);
        // As it stood then, and by its first digits.
        let then = authors(&world, "two", Some(&mended[..10])).await;
        assert!(then.iter().any(|(line, _)| line == "# two") && then.len() == 5);
        assert_eq!(authors(&world, "other", None).await[0].1, "elsewhere");

        let blame = world.app.get_job_blame(&world.actor, "ops", "two", Some(&head)).await.unwrap();
        assert_eq!((blame.file.as_str(), blame.commits[0].summary.as_str()), ("ops/both.yaml", "translate"));
        assert_eq!(blame.commits.len(), 3, "only those that wrote a line");
        for (name, commit) in [("two", Some("0000000")), ("never", None), ("two", Some("HEAD"))] {
            assert!(
                world.app.get_job_blame(&world.actor, "ops", name, commit).await.is_err(),
                "{name} {commit:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_too_long_is_not_compared() {
    each(|store| async move {
        let world = World::new(store).await;
        let long = format!("{}{}", "# x\n".repeat(3_001), job("long", "0 1 * * *"));
        world.write("ops/long.yaml", long).commit("long");
        world.sync().await;
        let refused = world.app.get_job_blame(&world.actor, "ops", "long", None).await.unwrap_err();
        assert!(refused.to_string().contains("too long"), "{refused}");
    })
    .await;
}
