use insta::assert_snapshot;

use crate::support::Cli;

const GOOD: &str = "apiVersion: v1\nkind: Job\nmetadata: {name: good}\nspec: {every: 15m}\n";

fn bad() -> Cli {
    let cli = Cli::new();
    cli.write("good.yaml", GOOD);
    cli.write(
        "production/bad.yaml",
        "apiVersion: v1\nkind: Job\nmetadata: {name: bad}\nspec:\n  schedule: 0 25 * * *\n  maxRuntim: 1h\n",
    );
    cli.write("Team A/x.yaml", GOOD);
    cli
}

#[test]
fn every_problem_is_shown_where_it_stands() {
    let ended = bad().run(&["manifest", "validate"]);
    assert_eq!(ended.status, 1);
    assert_snapshot!(ended.stdout, @"
    error[bad_path]: the directory `Team A` cannot be a namespace: use a-z, 0-9 and `-` between them, at most 63
      --> Team A/x.yaml
      help: rename it to `team-a`

    error[bad_schedule]: 25 is outside 0-23 for hours
      --> production/bad.yaml:5:15 (spec.schedule)
      |
    5 |   schedule: 0 25 * * *
      |               ^^
      help: write a value from 0 to 23

    error[unknown_field]: unknown field `maxRuntim`
      --> production/bad.yaml:6:3 (spec.maxRuntim)
      |
    6 |   maxRuntim: 1h
      |   ^^^^^^^^^
      help: did you mean `maxRuntime`?
    ");
    assert_snapshot!(ended.stderr, @"3 files, 1 valid job: 3 errors, 0 warnings");
}

#[test]
fn programs_get_them_as_the_api_gives_them() {
    let ended = bad().run(&["manifest", "validate", "-o", "json"]);
    assert_eq!(ended.status, 1);
    let found: crontopus_api::ValidatedManifests = serde_json::from_str(&ended.stdout).unwrap();
    assert!(!found.ok);
    assert_eq!(found.jobs, ["default/good"]);
    let places: Vec<_> =
        found.diagnostics.iter().map(|d| (d.file.as_str(), d.line, d.code.as_str())).collect();
    assert_eq!(
        places,
        [
            ("Team A/x.yaml", 0, "bad_path"),
            ("production/bad.yaml", 5, "bad_schedule"),
            ("production/bad.yaml", 6, "unknown_field")
        ]
    );
}

#[test]
fn one_file_of_a_folder() {
    let cli = bad();
    cli.run(&["manifest", "validate", "good.yaml"]).ok();
    assert!(cli.run(&["manifest", "validate", "./production/bad.yaml"]).stdout.contains("maxRuntim"));
    assert_snapshot!(cli.run(&["manifest", "validate", "nowhere.yaml"]).failed(4), @"
    error: there is no file nowhere.yaml in .
    hint: name files from the root of the repository on; --dir says where that is
    ");
}

#[test]
fn warnings_fail_only_when_asked() {
    let cli = Cli::new();
    cli.write("a.yaml", &GOOD.replace("{every: 15m}", "{every: 15m, alerts: {routes: [nobody]}}"));
    let said = cli.run(&["manifest", "validate"]);
    assert!(said.stdout.contains("warning["), "{said:?}");
    said.ok();
    cli.run(&["manifest", "validate", "--strict"]).failed(1);
}

#[test]
fn hostile_files_are_refused_and_nothing_else() {
    let cli = Cli::new();
    cli.write("good.yaml", GOOD);
    cli.write("huge.yaml", &" ".repeat(3 << 20));
    cli.write("deep.yaml", &"[".repeat(100_000));
    cli.write("bomb.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n");
    std::fs::write(cli.path().join("bytes.yaml"), b"\xff\xfe\x00").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", cli.path().join("link.yaml")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(cli.path(), cli.path().join("loop")).unwrap();
    let ended = cli.run(&["manifest", "validate", "-o", "json"]);
    assert_eq!(ended.status, 1);
    let found: crontopus_api::ValidatedManifests = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(found.jobs, ["default/good"]);
    let mut files: Vec<_> = found.diagnostics.iter().map(|d| d.file.as_str()).collect();
    files.dedup();
    assert_eq!(files, ["bomb.yaml", "bytes.yaml", "deep.yaml", "huge.yaml"]);
}

#[test]
fn templates_are_valid() {
    let cli = Cli::new();
    for kind in ["job", "policy", "route", "maintenance"] {
        let file = format!("production/{kind}.yaml");
        cli.run(&["manifest", "new", kind, "--kind", kind, "--out", &file]).ok();
    }
    cli.run(&["manifest", "validate"]).ok();
    let said = cli.run(&["manifest", "new", "job", "--out", "production/job.yaml"]).failed(1);
    assert!(said.contains("File exists"), "{said}");
    assert!(cli.run(&["manifest", "new", "backup"]).ok().contains("name: backup"));
    assert_snapshot!(cli.run(&["manifest", "new", "Back Up"]).failed(2), @"
    error: `Back Up` cannot be a name
    hint: use a-z, 0-9 and `-` between them, at most 63
    ");
}

#[test]
fn schema_and_explanations() {
    let cli = Cli::new();
    let schema: serde_json::Value = serde_json::from_str(&cli.run(&["manifest", "schema"]).ok()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_snapshot!(cli.run(&["manifest", "explain", "spec.startWindow"]).ok(), @"
    Job.spec.startWindow

    How far from the expected time a start still counts.

    Fields:
      early: Before the expected time
      late: After the expected time: the grace, at whose end the run is missed
    ");
    assert_snapshot!(cli.run(&["manifest", "explain", "spec.startWindw"]).failed(4), @"
    error: no manifest has a field `spec.startWindw`
    hint: did you mean: crontopus manifest explain Job.spec.startWindow
    ");
    assert!(cli.run(&["manifest", "explain", "--list"]).ok().contains("Job.spec.alerts.after\n"));
}
