//! What only the whole of a repository can be wrong about.

use std::collections::BTreeSet;

use crontopus_manifest::{Kind, Repository, Surroundings, parse_file};

fn job(name: &str, rest: &str) -> String {
    format!("---\n{{apiVersion: v1, kind: Job, metadata: {{name: {name}{rest}}}, spec: {{every: 5m}}}}\n")
}

fn assemble(files: &[(&str, &str)]) -> Repository {
    Repository::assemble(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
}

#[track_caller]
fn check(files: &[(&str, &str)], jobs: &[&str], problems: &[&str]) {
    let repository = assemble(files);
    assert_eq!(repository.jobs.keys().map(|key| key.as_str()).collect::<Vec<_>>(), jobs);
    let found: Vec<String> = repository.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(found, problems);
    let mut backwards: Vec<_> = files.to_vec();
    backwards.reverse();
    let other = assemble(&backwards);
    assert_eq!(other.diagnostics, repository.diagnostics, "the order of files must not matter");
    assert_eq!(other.jobs, repository.jobs);
}

#[test]
fn names_are_unique_in_their_namespace() {
    let two = format!("{}{}", job("a", ""), job("b", ""));
    check(
        &[("x/1.yaml", &two), ("x/deep/2.yaml", &job("a", "")), ("y/1.yaml", &job("a", ""))],
        &["x/a", "x/b", "y/a"],
        &["x/deep/2.yaml:2:46: error: metadata.name: the name of this Job is taken by x/1.yaml:2"],
    );
    let route = "{apiVersion: v1, kind: Route, metadata: {name: a}, spec: {steps: [{channels: [c]}]}}";
    let repository = assemble(&[("x/1.yaml", route), ("y/1.yaml", route), ("y/2.yaml", &job("a", ""))]);
    assert_eq!(
        (repository.routes.len(), repository.jobs.len()),
        (1, 1),
        "a route's name is the repository's"
    );
}

#[test]
fn uids_are_unique() {
    let uid = ", uid: 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11";
    let other_case = uid.to_uppercase().replace("UID", "uid");
    check(
        &[("x/1.yaml", &job("a", uid)), ("y/1.yaml", &job("b", &other_case))],
        &["x/a"],
        &["y/1.yaml:2:54: error: metadata.uid: the uid is that of x/a in x/1.yaml:2"],
    );
}

#[test]
fn unknown_routes_are_warned_of() {
    let text = "apiVersion: v1\nkind: Job\nmetadata: {name: a}\nspec:\n  every: 5m\n  alerts:\n    routes: [platform, databse]\n";
    let route = |name: &str| {
        format!(
            "---\n{{apiVersion: v1, kind: Route, metadata: {{name: {name}}}, spec: {{steps: [{{channels: [c]}}]}}}}\n"
        )
    };
    let routes = format!("{}{}", route("platform"), route("database"));
    check(
        &[("x/a.yaml", text), ("routes.yaml", &routes)],
        &["x/a"],
        &["x/a.yaml:7:13: warning: spec.alerts.routes[1]: there is no route `databse`"],
    );
}

#[test]
fn policies_refuse_or_warn_at_the_field() {
    let policy = |name: &str, enforcement: &str, rules: &str| {
        format!(
            "---\n{{apiVersion: v1, kind: Policy, metadata: {{name: {name}}}, spec: {{enforcement: {enforcement}, namespaces: [x], rules: {{{rules}}}}}}}\n"
        )
    };
    let policies = format!(
        "{}{}",
        policy("strict", "deny", "deniedUsers: [root]"),
        policy("mild", "warn", "requireLabels: [team]")
    );
    let text = "apiVersion: v1\nkind: Job\nmetadata:\n  name: NAME\nspec:\n  every: 5m\n  command: /bin/a\n  user: USER\n";
    let with = |name: &str, user: &str| text.replace("NAME", name).replace("USER", user);
    check(
        &[
            ("policies.yaml", &policies),
            ("x/a.yaml", &with("a", "root")),
            ("x/b.yaml", &with("b", "app")),
            ("y/a.yaml", &with("a", "root")),
        ],
        &["x/b", "y/a"],
        &[
            "x/a.yaml:4:3: warning: metadata.labels: the label `team` is required (policy default/mild, requireLabels)",
            "x/a.yaml:8:9: error: spec.user: the user `root` is denied (policy default/strict, deniedUsers)",
            "x/b.yaml:4:3: warning: metadata.labels: the label `team` is required (policy default/mild, requireLabels)",
        ],
    );
}

#[test]
fn what_is_no_manifest_is_passed_over() {
    check(
        &[
            ("README.md", "# {"),
            (".gitlab-ci.yml", "a: ["),
            (".github/x.yaml", "a: ["),
            ("x/.hidden/a.yaml", "a: ["),
            ("x/a.yml", &job("a", "")),
        ],
        &["x/a"],
        &[],
    );
}

#[test]
fn invalid_documents_stay_in_force() {
    let bad = job("bad", "").replace("5m", "5");
    let repository = assemble(&[("x/a.yaml", &format!("{}{bad}", job("a", ""))), ("x/b.yaml", "kind: [")]);
    assert!(!repository.is_valid());
    let stays = |key: &str, file: &str| repository.stays_in_force(Kind::Job, &key.parse().unwrap(), file);
    assert!(stays("x/bad", "x/a.yaml"), "its document has an error");
    assert!(stays("x/bad", "x/earlier.yaml"), "it has moved and has an error there");
    assert!(!stays("x/gone", "x/a.yaml"), "every document of the file has another name");
    assert!(stays("x/lost", "x/b.yaml"), "what the file holds cannot be told");
    assert!(!stays("x/lost", "x/c.yaml"), "its file is gone");
}

#[test]
fn tenant_and_channels_are_checked_where_they_are_known() {
    let files = || {
        [
            ("x/a.yaml", job("mine", ", tenant: acme")),
            ("x/b.yaml", job("foreign", ", tenant: other")),
            ("r.yaml", "{apiVersion: v1, kind: Route, metadata: {name: r}, spec: {steps: [{channels: [slack, slak]}]}}".to_owned()),
        ]
        .map(|(path, text)| parse_file(path, text.as_bytes()))
    };
    let channels: BTreeSet<String> = ["slack".to_owned()].into();
    let known = Surroundings { tenant: Some("acme"), channels: Some(&channels) };
    let repository = Repository::of_parsed(files(), &known);
    let found: Vec<String> = repository.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "r.yaml:1:78: warning: spec.steps[0].channels: there is no channel `slak`",
            "x/b.yaml:2:63: error: metadata.tenant: the document is meant for the tenant `other`, and this is `acme`",
        ]
    );
    assert_eq!(repository.jobs.len(), 1);
    assert_eq!(Repository::of_parsed(files(), &Surroundings::default()).diagnostics, []);
}
