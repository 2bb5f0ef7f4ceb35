//! The server is killed on the spot again and again while check-ins pour in and incidents are told: what was
//! answered is there, once; each incident is told, and by its idempotency key once.
//!
//! Three rounds are part of the suite; `cargo xtask torture kill` does many, faster and in release builds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::ensure;
use crontopus_e2e::{Api, Checkout, Database, HookReceiver, Load, Place, Server, asked, tell_with, until};
use serde_json::json;

/// Jobs whose check-ins pour in.
const JOBS: usize = 200;
/// Incidents that are opened between two kills.
const INCIDENTS: u32 = 5;
/// What was begun has to be answered, and told, after the last kill. A message that was in hand then is sent again when
/// its lease has ended.
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn on_sqlite() -> anyhow::Result<()> {
    tell_with(&["git"], || story("SQLite", None))
}

#[test]
fn on_postgres() -> anyhow::Result<()> {
    tell_with(&["git"], || match Database::create()? {
        Some(database) => story("PostgreSQL", Some(database.url()?)),
        None => Ok(()),
    })
}

fn story(engine: &str, database: Option<String>) -> anyhow::Result<()> {
    let (rounds, rate) = (asked("ROUNDS", 3)?, asked("RATE", 300)?);
    let hook = HookReceiver::start()?;
    let mut server = Server::at(Place {
        database,
        settings: "alerts_allow_addresses = [\"127.0.0.1\"]\n".to_owned(),
        ..Place::default()
    })?;
    let api = Api::sign_up(&server, "acme")?;
    api.hook(&hook)?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    for (namespace, count) in [("load", JOBS), ("fail", (rounds * INCIDENTS) as usize)] {
        for n in 0..count {
            checkout.write(&format!("{namespace}/job-{n}.yaml"), &job(n))?;
        }
    }
    checkout.push_ok("Jobs, and whom to tell")?;
    until("the monitors", Duration::from_secs(60), || {
        let last = json!({"monitor": format!("load/job-{}", JOBS - 1), "kind": "log"});
        Ok((api.post("/check-ins", &last)?.1["items"][0]["accepted"] == true).then_some(()))
    })?;

    let jobs = (0..JOBS).map(|n| format!("load/job-{n}")).collect();
    let load = Load::start(&api, jobs, rate);
    let mut failed = BTreeSet::new();
    for round in 0..rounds {
        let before = load.answered();
        for n in round * INCIDENTS..(round + 1) * INCIDENTS {
            let job = format!("fail/job-{n}");
            fail(&api, &job)?;
            failed.insert(job);
        }
        // Long enough for some commits, and another moment of their life in each round.
        until("check-ins", PATIENCE, || Ok((load.answered() > before).then_some(())))?;
        std::thread::sleep(Duration::from_millis(u64::from(round) * 7_919 % 700));
        server.kill()?;
        server.restart()?;
    }
    let record = load.finish(PATIENCE)?;
    let found = record.look_up(&api)?;
    let incidents = incidents(&api)?;
    let told = until("every incident told", PATIENCE, || {
        let told = told(&hook);
        Ok(incidents.iter().all(|(id, _)| told.contains_key(id)).then_some(told))
    })?;
    let messages: usize = told.values().map(|keys| keys.values().sum::<usize>()).sum();
    let twice: Vec<_> = told.iter().filter(|(_, keys)| keys.len() > 1).collect();
    println!(
        "{engine}: {} rounds; {} check-ins answered, {} sent again, {} found, {} lost, {} doubled; \
         {} incidents, {} told, {messages} messages received, {} told under two keys",
        rounds,
        record.answered.len(),
        record.again,
        found.runs,
        found.lost.len(),
        found.doubled.len(),
        incidents.len(),
        told.len(),
        twice.len(),
    );
    ensure!(record.answered.len() >= rounds as usize, "the load did nothing");
    ensure!(record.rejected.is_empty(), "not taken: {:?}", record.rejected);
    ensure!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?}");
    let of: BTreeSet<String> = incidents.iter().map(|(_, job)| job.clone()).collect();
    ensure!(of == failed && incidents.len() == failed.len(), "incidents {incidents:?} of {failed:?}");
    ensure!(twice.is_empty(), "told under two keys: {twice:?}");
    Ok(())
}

fn job(n: usize) -> String {
    format!("apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{n}}}\nspec: {{every: 24h}}\n")
}

/// Reports a failure until it is answered.
fn fail(api: &Api, job: &str) -> anyhow::Result<()> {
    let body = json!({"monitor": job, "kind": "fail", "run_id": job});
    until(job, PATIENCE, || {
        Ok((api.post("/check-ins", &body)?.1["items"][0]["accepted"] == true).then_some(()))
    })
}

/// Id and job of each incident.
fn incidents(api: &Api) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    api.pages("/incidents?limit=200", |incident| {
        let text = |field: &str| incident[field].as_str().unwrap_or_default().to_owned();
        found.push((text("id"), format!("{}/{}", text("namespace"), text("name"))));
    })?;
    Ok(found)
}

/// The keys under which each incident's opening was told, and how often each.
fn told(hook: &HookReceiver) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut told: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (key, body) in hook.received() {
        for incident in
            body["incidents"].as_array().into_iter().flatten().filter(|_| body["event"] == "opened")
        {
            let id = incident["id"].as_str().unwrap_or_default().to_owned();
            *told.entry(id).or_default().entry(key.clone()).or_default() += 1;
        }
    }
    told
}
