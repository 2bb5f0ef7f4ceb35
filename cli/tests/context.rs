use crontopus_api::Role;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn servers_are_saved_and_switched() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["context", "list"]).stderr, @"No server is saved. Sign in: crontopus login");
    cli.run(&["context", "add", "work", "https://cron.example/"]).ok();
    cli.run(&["context", "add", "home", "http://127.0.0.1:8080"]).ok();
    assert_snapshot!(cli.run(&["context", "add", "home", "http://127.0.0.1:1"]).failed(1), @"
    error: there is a saved server `home` already
    hint: crontopus context remove home
    ");
    cli.run(&["context", "use", "home"]).ok();
    assert_snapshot!(cli.run(&["context", "list"]).ok(), @"
       NAME  SERVER                 TENANT  USER  SIGNED IN
    *  home  http://127.0.0.1:8080  -       -     no
       work  https://cron.example   -       -     no
    ");
    cli.run(&["context", "remove", "home"]).ok();
    assert_snapshot!(cli.run(&["context", "list", "-o", "json"]).ok(), @r#"
    [
      {
        "name": "work",
        "current": false,
        "url": "https://cron.example",
        "tenant": null,
        "user": null,
        "signed_in": false
      }
    ]
    "#);
    assert_snapshot!(cli.run(&["context", "use", "home"]).failed(4), @"
    error: there is no saved server `home`
    hint: list them: crontopus context list
    ");
    assert_snapshot!(cli.run(&["whoami", "--context", "work"]).failed(3), @"
    error: not signed in to https://cron.example
    hint: sign in: crontopus login --url https://cron.example
    ");
    assert_snapshot!(cli.run(&["whoami", "--context", "work", "--url", "http://a.example"]).failed(2), @"
    error: `work` is https://cron.example, not http://a.example
    hint: give --context or --url, not both
    ");
}

#[test]
fn a_token_goes_to_its_own_server_only() {
    let me = canned::me(Role::Member, None);
    let (own, other) = (Fake::new().on("GET /api/v1/me", &me), Fake::new().on("GET /api/v1/me", &me));
    let cli = Cli::new();
    cli.run_with(&["login", "--url", &own.url(), "--token-stdin"], "ctp_own", &[]).ok();
    assert!(cli.run(&["whoami", "--url", &other.url()]).failed(3).contains("not signed in"));
    assert!(other.seen().is_empty());
    cli.run(&["whoami", "--url", &own.url()]).ok();
    let environment = [("CRONTOPUS_URL", other.url()), ("CRONTOPUS_TOKEN", "ctp_env".into())];
    let environment = environment.each_ref().map(|(n, v)| (*n, v.as_str()));
    cli.run_with(&["whoami"], "", &environment).ok();
    assert_eq!(other.seen()[0].header("authorization"), Some("Bearer ctp_env"));
}

#[test]
fn a_broken_file_is_named() {
    let cli = Cli::new();
    cli.write("config/contexts.toml", "current = 5");
    let said = cli.run(&["context", "list"]).failed(1);
    assert!(said.contains("contexts.toml cannot be understood") && said.contains("invalid type"), "{said}");
    cli.write("config/contexts.toml", "[contexts.a]\nurl = \"ftp://x\"\n");
    assert!(cli.run(&["context", "list"]).failed(1).contains("the scheme `ftp` is not spoken here"));
}
