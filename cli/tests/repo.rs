use crontopus_api::{
    Commit, CreatedRepository, CreatedRepositoryWebhook, GitProvider, RepositoryWebhook, SyncState,
};
use insta::assert_snapshot;

use crate::support::fake::{Fake, answer};
use crate::support::{Cli, canned};

#[test]
fn list_and_status() {
    let mut repository = canned::repository(SyncState::Partial);
    repository.errors = 1;
    let commit = Commit {
        id: "c0ffee".repeat(6) + "beef",
        summary: "Back up later".into(),
        author: "Olga Ops".into(),
        authored_at: canned::minutes(-5),
        applied_agents: Some(2),
        agents: Some(3),
    };
    let server = Fake::new()
        .on_list("GET /api/v1/repositories", &[&repository])
        .on("GET /api/v1/repositories/jobs", &repository)
        .on_list("GET /api/v1/repositories/jobs/diagnostics", &[canned::diagnostic()])
        .on_list("GET /api/v1/repositories/jobs/commits", &[commit]);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["repo", "list"]).ok(), @"
    NAME  KIND      BRANCH  STATE    COMMIT      JOBS  ERRORS  SYNCED
    jobs  built_in  main    partial  c0ffeec0ff  12    1       3m ago
    ");
    let said = cli.run(&["repo", "status"]).ok();
    assert_snapshot!(said.replace(&server.url(), "<url>"), @"
    Repository:  jobs
    State:       partial
    Clone from:  <url>/git/acme/jobs.git
    Branch:      main
    Commit:      c0ffeec0ff
    Synced:      3m ago
    Jobs:        12
    Errors:      1

    error[unknown_field]: unknown field `maxRuntim`
      --> production/backup.yaml:7:3
      help: did you mean `maxRuntime`?

    COMMIT      WHEN    HOSTS   AUTHOR    MESSAGE
    c0ffeec0ff  5m ago  2 of 3  Olga Ops  Back up later
    ");
    cli.run(&["repo", "status", "jobs", "-o", "yaml"]).ok();
}

#[test]
fn connect() {
    let created = CreatedRepository {
        repository: canned::repository(SyncState::Empty),
        clone_url: "https://cron.example/git/acme/jobs.git".into(),
    };
    let server = Fake::new().on("POST /api/v1/repositories", &created);
    let cli = Cli::with(&server);
    let ended = cli.run(&["repo", "connect", "jobs"]);
    assert_snapshot!(ended.stderr, @"Connected `jobs`. Clone it: crontopus repo clone jobs");
    assert_eq!(ended.ok(), "https://cron.example/git/acme/jobs.git\n");
    let url = "https://forgejo.example/acme/jobs.git";
    cli.run_with(&["repo", "connect", "jobs", url, "--https-token-stdin", "--interval", "30"], "t0k\n", &[])
        .ok();
    let sent: serde_json::Value = serde_json::from_str(&server.seen()[1].body).unwrap();
    assert_eq!((&sent["https_token"], &sent["sync_interval_seconds"]), (&"t0k".into(), &30.into()));
    assert!(cli.run(&["repo", "connect", "jobs", "--https-token-stdin"]).failed(2).contains("URL"));
}

#[test]
fn sync_waits_for_the_end() {
    let before = canned::repository(SyncState::Ok);
    let mut after = before.clone();
    after.synced_at = Some(canned::minutes(0));
    let server = Fake::new()
        .on("POST /api/v1/repositories/jobs/sync", &before)
        .on("GET /api/v1/repositories/jobs", &before)
        .on("GET /api/v1/repositories/jobs", &before)
        .on("GET /api/v1/repositories/jobs", &after);
    assert_snapshot!(Cli::with(&server).run(&["repo", "sync", "jobs"]).ok(), @"jobs: 12 jobs at c0ffeec0ff, 0 errors");
    let failed = canned::repository(SyncState::Failed);
    let server = Fake::new()
        .on("POST /api/v1/repositories/jobs/sync", &before)
        .on("GET /api/v1/repositories/jobs", &failed);
    assert_snapshot!(Cli::with(&server).run(&["repo", "sync", "jobs"]).failed(1), @"error: the remote is gone");
}

#[test]
fn several_repositories_want_a_name() {
    let both = [canned::repository(SyncState::Ok), canned::repository(SyncState::Ok)];
    let server = Fake::new().on_list("GET /api/v1/repositories", &both);
    assert_snapshot!(Cli::with(&server).run(&["repo", "sync"]).failed(2), @"
    error: there are several repositories; name one
    hint: list them: crontopus repo list
    ");
}

#[test]
fn a_clone_asks_this_program_for_the_token() {
    let repository = canned::repository(SyncState::Ok);
    let refs = "GET /git/acme/jobs.git/info/refs";
    let wants = answer(401, &[("www-authenticate", "Basic realm=\"crontopus\"")], b"");
    let server = Fake::new().on("GET /api/v1/repositories/jobs", &repository).on_raw(refs, wants).on_bytes(
        refs,
        404,
        "text/plain",
        b"",
    );
    let cli = Cli::with(&server);
    // This fake is no Git server: what matters is what git was told, and what it asked for then.
    let said = cli.run(&["repo", "clone", "jobs", "here"]).failed(1);
    assert!(said.contains("git did not clone it"), "{said}");
    let seen = server.seen();
    assert_eq!(seen[1].line, format!("{refs}?service=git-upload-pack"));
    assert_eq!(seen[2].header("authorization"), Some("Basic Y3JvbnRvcHVzOmN0cF90ZXN0"));
}

#[test]
fn a_token_is_told_for_its_own_server_only() {
    let cli = Cli::new();
    let environment = [("CRONTOPUS_URL", "https://cron.example"), ("CRONTOPUS_TOKEN", "ctp_x")];
    let ask = |action: &str, host: &str| {
        let question = format!("protocol=https\nhost={host}\n\n");
        cli.run_with(&["git-credential", action], &question, &environment).ok()
    };
    assert_eq!(ask("get", "cron.example"), "username=crontopus\npassword=ctp_x\n");
    assert_eq!(ask("get", "evil.example"), "");
    assert_eq!(ask("get", ""), "");
    assert_eq!(ask("store", "cron.example"), "");
    cli.write("config/contexts.toml", "[contexts.a]\nurl = \"https://other.example\"\ntoken = \"ctp_o\"\n");
    assert_eq!(ask("get", "other.example"), "username=crontopus\npassword=ctp_o\n");
}

#[test]
fn a_strange_path_never_reaches_git() {
    let mut repository = canned::repository(SyncState::Ok);
    repository.git_path = "/git/x --upload-pack=evil".into();
    let server = Fake::new().on("GET /api/v1/repositories/jobs", &repository);
    assert_snapshot!(Cli::with(&server).run(&["repo", "clone", "jobs"]).failed(1), @"error: `/git/x --upload-pack=evil` is no path of a Git repository");
}

#[test]
fn a_webhook_is_shown_made_and_taken_away() {
    let idle = RepositoryWebhook {
        url: "https://cron.example/hooks/rep_x".into(),
        active: false,
        created_at: None,
        received_at: None,
        provider: None,
    };
    let active = RepositoryWebhook {
        active: true,
        created_at: Some(canned::minutes(-60)),
        received_at: Some(canned::minutes(-2)),
        provider: Some(GitProvider::Forgejo),
        ..idle.clone()
    };
    let created = CreatedRepositoryWebhook { webhook: idle.clone(), secret: "s3cret".into() };
    let repository = canned::repository(SyncState::Ok);
    let server = Fake::new()
        .on("GET /api/v1/repositories/jobs", &repository)
        .on("GET /api/v1/repositories/jobs/webhook", &idle)
        .on("GET /api/v1/repositories/jobs/webhook", &active)
        .on("POST /api/v1/repositories/jobs/webhook", &created)
        .on_nothing("DELETE /api/v1/repositories/jobs/webhook");
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["repo", "webhook", "show", "jobs"]).ok(), @"
    Address:  https://cron.example/hooks/rep_x
    Secret:   none; make one: crontopus repo webhook rotate
    ");
    assert_snapshot!(cli.run(&["repo", "webhook", "show", "jobs"]).ok(), @"
    Address:    https://cron.example/hooks/rep_x
    Made:       60m ago
    Last call:  2m ago
    Called by:  forgejo
    ");
    let rotated = cli.run(&["repo", "webhook", "rotate", "jobs"]);
    assert!(rotated.stderr.contains("shown once"), "{}", rotated.stderr);
    assert!(rotated.ok().contains("Secret:   s3cret"));
    assert_snapshot!(cli.run(&["repo", "webhook", "delete", "jobs"]).stderr, @"No call for `jobs` is believed any more.");
}
