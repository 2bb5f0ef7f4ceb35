use crontopus_api::{Discovered, DiscoveredDetail, DiscoveredState, Proposal};
use crontopus_ids::DiscoveredId;
use insta::assert_snapshot;

use crate::support::fake::Fake;
use crate::support::{Cli, canned};

fn found(n: u128, slug: &str, state: DiscoveredState) -> Discovered {
    Discovered {
        id: DiscoveredId::from_bits(n),
        slug: slug.into(),
        dialect: "sentry".into(),
        state,
        job_id: None,
        check_ins: 7,
        first_seen_at: canned::minutes(-600),
        last_seen_at: canned::minutes(-5),
        proposal: Proposal::default(),
    }
}

#[test]
fn list_show_ignore() {
    let both = [found(1, "nightly\u{7}", DiscoveredState::Open), found(2, "old", DiscoveredState::Ignored)];
    let id = both[1].id;
    let detail = DiscoveredDetail {
        discovered: both[1].clone(),
        file: "old.yaml".into(),
        manifest: "apiVersion: crontopus/v1\nkind: Job\n".into(),
    };
    let server = Fake::new()
        .on_list("GET /api/v1/discovered", &both)
        .on(&format!("GET /api/v1/discovered/{id}"), &detail)
        .on(&format!("POST /api/v1/discovered/{id}/ignore"), &both[1])
        .on(&format!("POST /api/v1/discovered/{id}/restore"), &both[1]);
    let cli = Cli::with(&server);
    assert_snapshot!(cli.run(&["discovered", "list"]).ok(), @"
    SLUG      THROUGH  STATE  CHECK-INS  LAST SEEN  ID
    nightly�  sentry   open   7          5m ago     dsc_00000000000000000000000001
    ");
    assert!(cli.run(&["discovered", "list", "--all"]).ok().contains("ignored"));
    let shown = cli.run(&["discovered", "show", "old"]);
    assert_snapshot!(shown.stderr, @"Commit this as old.yaml.");
    assert_eq!(shown.ok(), "apiVersion: crontopus/v1\nkind: Job\n");
    assert!(cli.run(&["discovered", "ignore", &id.to_string()]).stderr.contains("is ignored"));
    assert!(cli.run(&["discovered", "ignore", "old", "--undo"]).stderr.contains("matters again"));
    assert!(cli.run(&["discovered", "show", "nobody"]).failed(4).contains("nothing checks in"));
}
