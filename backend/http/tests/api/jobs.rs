//! Jobs: filters, pages, and the job at a commit.

use serde_json::Value;

use crate::ask::Ask;
use crate::seed::{BACKUP, Tenant};
use crate::world::World;

async fn names(world: &World, tenant: &Tenant, query: &str) -> Vec<String> {
    let found = world.send(&Ask::new("GET", &format!("/api/v1/jobs?{query}")), &tenant.token).await.ok(200);
    let name = |job: &Value| job["name"].as_str().unwrap().to_owned();
    found["items"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_kept_or_refused_and_never_passed_over() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for (query, wanted) in [
        ("", &["held", "backup"][..]),
        ("sort=-name", &["backup", "held"]),
        ("sort=status", &["backup", "held"]),
        ("sort=next", &["backup", "held"]),
        ("sort=last", &["backup", "held"]),
        ("status=failing", &["backup"]),
        ("status=unplaced", &["held"]),
        ("status=ok", &[]),
        ("label=team%3Ddata&label=tier%3Dgold", &["backup"]),
        ("label=team", &["held", "backup"]),
        ("label=team%3Ddata&label=team%3Dops", &[]),
        ("label=team%3D", &[]),
        ("q=DUMPS", &["backup"]),
        ("namespace=ops", &["held"]),
    ] {
        assert_eq!(names(&world, &tenant, query).await, wanted, "{query}");
    }
    for (target, pointer) in [
        ("/api/v1/jobs?status=broken", "?status"),
        ("/api/v1/jobs?status=", "?status"),
        ("/api/v1/jobs?sort=size", "?sort"),
        ("/api/v1/jobs?label=%3Dx", "?label"),
        ("/api/v1/jobs?labels=a", "?labels"),
        ("/api/v1/jobs?limit=0", "?limit"),
        ("/api/v1/jobs?q=a&q=b", "?q"),
        ("/api/v1/monitors?status=fine", "?status"),
        ("/api/v1/monitors?agent=me", "?agent"),
        ("/api/v1/monitors?job=backup", "?job"),
        ("/api/v1/runs?status=Failed", "?status"),
        ("/api/v1/runs?after=yesterday", "?after"),
        ("/api/v1/incidents?state=closed", "?state"),
        ("/api/v1/agents?state=gone", "?state"),
        ("/api/v1/events?kind=run.changed,nothing", "?kind"),
        ("/api/v1/jobs/production/backup/next-runs?count=0", "?count"),
        ("/api/v1/jobs/production/backup?commit=abc", "?commit"),
    ] {
        assert_eq!(world.send(&Ask::new("GET", target), &tenant.token).await.pointer(), pointer, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_say_how_many_fail() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let found = world.send(&Ask::of("list_namespaces", &[]), &tenant.token).await.ok(200);
    let of = |n: usize| (found["items"][n]["name"].as_str().unwrap(), &found["items"][n]["failing"]);
    assert_eq!((of(0), of(1)), (("ops", &Value::from(0)), ("production", &Value::from(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_shown_as_it_was_committed() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let later = BACKUP.replace("0 2 * * *", "30 4 * * *");
    let second = world.commit(&tenant.owner, &[("production/backup.yaml", &later)]).await;
    let job = Ask::of("get_job", &[("namespace", "production"), ("name", "backup")]);
    let now = world.send(&job, &tenant.token).await.ok(200);
    assert_eq!((&now["schedule"], &now["source"]), (&Value::from("30 4 * * *"), &Value::Null));
    for commit in [&tenant.commit[..], &tenant.commit[..7]] {
        let then = world.send(&job.clone().query(&format!("ref={commit}")), &tenant.token).await.ok(200);
        assert_eq!(then["schedule"], "0 2 * * *");
        assert_eq!(then["commit"].as_str(), Some(tenant.commit.as_str()));
        assert_eq!(then["source"], BACKUP, "with its comment");
        assert_eq!(then["id"], now["id"]);
        assert_eq!(then["placements"], now["placements"], "its state is of now");
    }
    let then = world.send(&job.clone().query(&format!("ref={second}")), &tenant.token).await.ok(200);
    assert_eq!((&then["manifest"], &then["digest"]), (&now["manifest"], &now["digest"]));
    for wrong in ["main", "0000000", &"f".repeat(40), "HEAD", "../x", "", "%00", "refs%2Fheads%2Fmain"] {
        let status = world.send(&job.clone().query(&format!("ref={wrong}")), &tenant.token).await.status;
        assert!(status == 404 || status == 422, "{wrong}: {status}");
    }
}
