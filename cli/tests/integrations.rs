use crontopus_api::{CreatedIntegrationKey, Integration, IntegrationKind};
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

#[test]
fn list_rotate_revoke() {
    let active = Integration {
        kind: IntegrationKind::Sentry,
        active: true,
        hint: Some("ab12".into()),
        created_at: Some(canned::minutes(-60)),
        created_by: Some("ops@acme.example".into()),
        address: "https://<key>@cron.example/42".into(),
    };
    let idle = Integration {
        kind: IntegrationKind::Cronitor,
        active: false,
        hint: None,
        created_at: None,
        created_by: None,
        address: "https://cron.example/p/<key>".into(),
    };
    let created = CreatedIntegrationKey {
        kind: IntegrationKind::Sentry,
        key: "secret".into(),
        address: "https://secret@cron.example/42".into(),
    };
    let server = Fake::new()
        .on_list("GET /api/v1/integrations", &[active, idle])
        .on("POST /api/v1/integrations/sentry/key", &created)
        .on_nothing("DELETE /api/v1/integrations/sentry/key");
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["integrations", "list"]).ok(), @"
    KIND      KEY    MADE     MADE BY           ADDRESS
    sentry    ab12…  60m ago  ops@acme.example  https://<key>@cron.example/42
    cronitor  -      -        -                 https://cron.example/p/<key>
    ");
    let rotated = cli.run(&["integrations", "rotate", "sentry"]);
    assert!(rotated.stderr.contains("shown once"), "{}", rotated.stderr);
    assert_eq!(rotated.ok(), "https://secret@cron.example/42\n");
    assert_snapshot!(cli.run(&["integrations", "revoke", "sentry"]).stderr, @"Revoked the key of sentry.");
    assert!(cli.run(&["integrations", "rotate", "nagios"]).failed(2).contains("healthchecks"));
}
