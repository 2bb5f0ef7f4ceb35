use crontopus_api::{Role, Scope};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn who_where_and_what() {
    let me = canned::me(Role::Member, Some(vec![Scope::JobsRead, Scope::RunsRead]));
    let server = Fake::new().on("GET /api/v1/me", &me);
    let said = Cli::with(&server).run(&["whoami"]).ok();
    assert_snapshot!(said.replace(&server.url(), "<url>"), @"
    Server:  <url>
    User:    Olga Ops <ops@acme.example>
    Tenant:  acme
    Role:    member
    Rights:  jobs:read runs:read
    ");
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer ctp_test"));
}

#[test]
fn nobody_is_signed_in() {
    assert_snapshot!(Cli::new().run(&["whoami"]).failed(3), @"
    error: no server is known
    hint: sign in: crontopus login --url https://cron.example
    ");
    assert_snapshot!(Cli::new().run(&["whoami", "--url", "https://cron.example"]).failed(3), @"
    error: not signed in to https://cron.example
    hint: sign in: crontopus login --url https://cron.example
    ");
}
