use crontopus_api::CreatedToken;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn list_create_revoke() {
    let created = CreatedToken { token: canned::token(), secret: "ctp_secret".into() };
    let id = canned::token().id;
    let server = Fake::new()
        .on_list("GET /api/v1/tokens", &[canned::token()])
        .on("POST /api/v1/tokens", &created)
        .on_nothing(&format!("DELETE /api/v1/tokens/{id}"));
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["tokens", "list"]).ok(), @"
    ID                              NAME  HINT      SCOPES                    MADE BY           EXPIRES  LAST USED
    tok_0000000000000000000000000a  ci    ctp_abcd  jobs:read checkins:write  ops@acme.example  in 30d   -
    ");
    let arguments = ["tokens", "create", "ci", "--scope", "jobs:read,runs:read", "--expires", "30"];
    assert_eq!(cli.run(&arguments).ok(), "ctp_secret\n");
    assert_eq!(
        server.seen()[1].body,
        r#"{"name":"ci","scopes":["jobs:read","runs:read"],"expires_in_days":30}"#
    );
    assert_snapshot!(cli.run(&["tokens", "revoke", &id.to_string()]).stderr, @"Revoked tok_0000000000000000000000000a.");
    assert!(cli.run(&["tokens", "create", "ci", "--scope", "all"]).failed(2).contains("there are runs:read"));
    assert!(cli.run(&["tokens", "create", "ci"]).failed(2).contains("--scope"));
}
