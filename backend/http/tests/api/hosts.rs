//! What a host with many jobs reports becomes what is expected of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crontopus_store::{Monitor, TenantScope};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::callers::Credential;
use crate::seed::Tenant;
use crate::world::World;

/// More than two transactions hold.
const MANY: usize = 1_100;

const IN_A_FILE: usize = 50;

/// A file of many jobs: its path and its text.
fn file(number: usize) -> (String, String) {
    let text = (number * IN_A_FILE..(number + 1) * IN_A_FILE).fold(String::new(), |mut text, n| {
        write!(
            text,
            "---\napiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{n}}}\nspec:\n  \
             schedule: \"{} 3 * * *\"\n  command: /bin/true\n  host: {{selector: {{}}}}\n",
            n % 60,
        )
        .unwrap();
        text
    });
    (format!("many/{number}.yaml"), text)
}

/// A host whose reports carry what the last answer gave.
struct Reporting {
    world: World,
    tenant: Tenant,
    rolling: Value,
}

impl Reporting {
    async fn new() -> Self {
        let world = World::new().await;
        let tenant = world.tenant("acme").await;
        let files: Vec<_> = (0..MANY / IN_A_FILE).map(file).collect();
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        world.commit(&tenant.owner, &files).await;
        // The seed's host has reported before, and its answer is not known here.
        let host = world.host(&tenant.owner, false).await;
        let tenant = Tenant { agent: host.id.clone(), host: Credential::Signature(Box::new(host)), ..tenant };
        Self { world, tenant, rolling: Value::Null }
    }

    async fn report(&mut self, jobs: impl Iterator<Item = usize>, zone: &str) -> u16 {
        let job = |n| json!({"job": format!("many/job-{n}"), "digest": "00", "applied": true, "profile": "debian-cron"});
        let body = json!({
            "commit": self.tenant.commit, "rolling": self.rolling, "scheduler": "debian-cron",
            "scheduler_running": true, "timezone": zone, "version": "0.1.0", "drift": 0, "conditions": [],
            "jobs": jobs.map(job).collect::<Vec<_>>(),
        });
        let answer = self.world.send(&Ask::of("send_report", &[]).json(&body), &self.tenant.host).await;
        if answer.status == 200 {
            self.rolling = answer.ok(200)["rolling"].clone();
            return 200;
        }
        answer.status
    }

    async fn armed(&self) -> BTreeMap<String, Monitor> {
        let agent = self.tenant.agent.parse().unwrap();
        let mut read =
            self.world.app.store().read(TenantScope::of(self.tenant.owner.tenant_id)).await.unwrap();
        let monitors = read.list_host_monitors(agent).await.unwrap();
        monitors.into_iter().map(|m| (m.name.clone(), m)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_report_does_not_change_stays_untouched() {
    let mut host = Reporting::new().await;
    assert_eq!(host.report(0..MANY, "Europe/Berlin").await, 200);
    let first = host.armed().await;
    assert_eq!(first.len(), MANY);
    assert!(first.values().all(|m| m.revision == 1 && m.state.deadline_at.is_some()));

    // Said twice is said once.
    assert_eq!(host.report((0..MANY).chain(0..3), "Europe/Berlin").await, 200);
    assert_eq!(host.armed().await, first);

    assert_eq!(host.report(1..MANY, "Europe/Berlin").await, 200);
    let fewer = host.armed().await;
    assert_eq!(fewer.len(), MANY - 1);
    assert!(!fewer.contains_key("job-0"));
    assert!(fewer.iter().all(|(name, monitor)| first[name].revision == monitor.revision));

    assert_eq!(host.report(0..MANY, "Asia/Tokyo").await, 200);
    let moved = host.armed().await;
    assert_eq!(moved.len(), MANY);
    assert_eq!(moved["job-0"].id, first["job-0"].id, "a job that is back keeps its monitor");
    assert!(moved.values().all(|m| m.spec().unwrap().timezone == "Asia/Tokyo"));
    assert!(moved.iter().all(|(name, m)| m.revision == if name == "job-0" { 3 } else { 2 }));
    assert!(moved.iter().all(|(name, m)| m.state.deadline_at != first[name].state.deadline_at));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_expected_of_a_host_that_was_revoked() {
    let mut host = Reporting::new().await;
    assert_eq!(host.report(0..MANY, "Europe/Berlin").await, 200);
    host.world.app.revoke_agent(&host.tenant.owner, &host.tenant.agent).await.unwrap();
    assert!(host.armed().await.is_empty());
    assert_eq!(host.report(0..MANY, "Europe/Berlin").await, 401);
    assert!(host.armed().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_fleet_may_join_from_one_address() {
    let world = World::new().await;
    let (owner, _) = world.account("fleet").await;
    let token = world.enroll_token(&owner, false).await;
    let ask = Ask::of("create_enroll_challenge", &[]).json(&json!({ "token": token }));
    for _ in 0..300 {
        world.send(&ask, &Credential::Nothing).await.ok(200);
    }
}
