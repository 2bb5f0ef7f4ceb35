//! Manifests that are checked before anybody pushes them.

use crontopus_app::Error;
use crontopus_app::git::{ManifestFiles, ValidatedFiles};
use crontopus_store::testing::each;

use crate::world::{World, job};

impl World {
    async fn validated(
        &self,
        files: &[(&str, &str)],
        repository: Option<&str>,
    ) -> Result<ValidatedFiles, Error> {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let asked = ManifestFiles { files, repository: repository.map(str::to_owned) };
        self.app.validate_manifests(&self.actor, asked).await
    }
}

#[tokio::test]
async fn a_repository_s_policies_apply_and_nothing_changes() {
    each(|store| async move {
        let world = World::new(store).await;
        let policy = "apiVersion: v1\nkind: Policy\nmetadata: {name: rules}\nspec:\n  rules: {requireLabels: [team]}\n";
        world.write("policy.yaml", policy).commit("rules");
        world.sync().await;
        let before = world.projection().await;
        let one = job("one", "0 2 * * *");

        let alone = world.validated(&[("ns/one.yaml", &one)], None).await.unwrap();
        assert!(alone.is_valid(), "{alone:?}");
        assert_eq!(alone.jobs, ["ns/one"]);
        let there = world.validated(&[("ns/one.yaml", &one)], Some("jobs")).await.unwrap();
        assert!(!there.is_valid());
        let problem = &there.problems[0];
        assert_eq!((problem.file.as_str(), problem.line), ("ns/one.yaml", 3));
        assert!(problem.message.contains("the label `team` is required"), "{problem:?}");
        // The policy's own file is given anew: it takes the place of what is in force.
        let looser = policy.replace("requireLabels: [team]", "deniedUsers: [root]");
        let both = [("ns/one.yaml", one.as_str()), ("policy.yaml", looser.as_str())];
        assert!(world.validated(&both, Some("jobs")).await.unwrap().is_valid());
        assert_eq!(world.projection().await, before);
        assert!(matches!(world.validated(&both, Some("nothing")).await, Err(Error::NotFound(_))));
    })
    .await;
}

#[tokio::test]
async fn every_problem_is_told_with_its_place() {
    each(|store| async move {
        let world = World::new(store).await;
        let wrong = job("one", "0 99 * * *") + "extra: 1\n";
        let foreign = job("two", "0 2 * * *").replace("{name: two", "{tenant: other, name: two");
        let files = [("ns/one.yaml", wrong.as_str()), ("Bad Name/x.yaml", "a: 1"), ("ns/two.yaml", &foreign)];
        let found = world.validated(&files, None).await.unwrap();
        let told: Vec<_> = found.problems.iter().map(|p| (p.file.as_str(), p.line, p.column)).collect();
        assert_eq!(
            told,
            [
                ("Bad Name/x.yaml", 0, 0),
                ("ns/one.yaml", 4, 21),
                ("ns/one.yaml", 5, 1),
                ("ns/two.yaml", 3, 20)
            ]
        );
        assert!(found.problems.iter().all(|p| p.help.is_some()), "{:?}", found.problems);
        let Err(Error::Invalid(fields)) = world.validated(&[("README.md", "")], None).await else { panic!() };
        assert_eq!(fields[0].pointer, "/files/0/path");
    })
    .await;
}
