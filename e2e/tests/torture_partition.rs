//! A host is cut off; its wrappers go on and fill the spool with a day of records. When it is back, all of them
//! arrive, once and in order, though the server is killed in the middle of it; nothing is called missed, and nobody is
//! told anything but that the host was silent and is back.
//!
//! 500 records are part of the suite; `cargo xtask torture partition` leaves 10,000.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;
use crontopus_e2e::{Agent, Api, Checkout, Database, HookReceiver, Host, Place, Server, asked, tell, until};
use serde_json::{Value, json};

/// Jobs of the host, each due every five minutes.
const JOBS: usize = 20;
const STARTS_A_DAY: usize = 288;
const FIVE_MINUTES_MS: i64 = 300_000;
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn on_sqlite() -> anyhow::Result<()> {
    tell(|| story("SQLite", None))
}

#[test]
fn on_postgres() -> anyhow::Result<()> {
    tell(|| match Database::create()? {
        Some(database) => story("PostgreSQL", Some(database.url()?)),
        None => Ok(()),
    })
}

fn story(engine: &str, database: Option<String>) -> anyhow::Result<()> {
    let runs = asked("RECORDS", 500)? as usize / 2;
    let hook = HookReceiver::start()?;
    let mut server = Server::at(Place {
        database,
        settings: "alerts_allow_addresses = [\"127.0.0.1\"]\nheartbeat_seconds = 5\n".to_owned(),
        ..Place::default()
    })?;
    let api = Api::sign_up(&server, "acme")?;
    api.hook(&hook)?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    let mut agent = Agent::start(&host, &server, &api, "cron-d")?;
    checkout.write("ops/jobs.yaml", &jobs())?;
    checkout.push_ok("Jobs of a host")?;
    let last = format!("ops/job-{}", JOBS - 1);
    until("the lines", PATIENCE, || Ok(host.entries()?.contains(&last).then_some(())))
        .map_err(|e| e.context(agent.log()))?;
    until("the monitors", PATIENCE, || {
        let known = api.read("/monitors?limit=200")?["items"].as_array().map_or(0, Vec::len);
        Ok((known == JOBS).then_some(()))
    })?;

    agent.kill()?;
    let records = spool(&agent, runs)?;
    until(
        "the host to be missed",
        PATIENCE,
        || Ok((open_incidents(&api)? == ["host_silent"]).then_some(())),
    )?;
    agent.run(&host)?;
    until("the first records to arrive", PATIENCE, || Ok((waiting(&agent)? < 2 * runs).then_some(())))
        .map_err(|e| e.context(agent.log()))?;
    server.kill()?;
    let left = waiting(&agent)?;
    server.restart()?;
    until("an empty spool", PATIENCE, || Ok((waiting(&agent)? == 0).then_some(())))
        .map_err(|e| e.context(agent.log()))?;
    until("the host to be back", PATIENCE, || Ok(open_incidents(&api)?.is_empty().then_some(())))?;
    until("somebody to be told so", PATIENCE, || Ok((events(&hook).contains_key("resolved")).then_some(())))?;

    let (mut found, mut doubled) = (BTreeMap::new(), Vec::new());
    let mut other = Vec::new();
    api.pages("/runs?limit=200", |run| {
        let id = run["id"].as_str().unwrap_or_default().to_owned();
        if !records.contains_key(&id) {
            other.push(format!("{} {}", run["name"], run["status"]));
        } else if found.insert(id.clone(), run.clone()).is_some() {
            doubled.push(id);
        }
    })?;
    let lost = records.keys().filter(|id| !found.contains_key(*id)).count();
    let wrong: Vec<&Value> =
        found.values().filter(|run| run["status"] != "succeeded" || run["duration_ms"] != 20_000).collect();
    // Run ids are in the order of the runs, and rows are made in the order of their arrival.
    let made = found.values().map(|run| run["created_at"].as_str().unwrap_or_default().parse());
    let made: Vec<jiff::Timestamp> = made.collect::<Result<_, _>>()?;
    println!(
        "{engine}: {} records delivered, {left} of them after the server was killed; {} runs found, {lost} lost, {} \
         doubled, {} wrong; besides them {other:?}; told {:?}",
        2 * runs,
        found.len(),
        doubled.len(),
        wrong.len(),
        events(&hook),
    );
    ensure!(lost == 0 && doubled.is_empty(), "{lost} lost, doubled {doubled:?}");
    ensure!(wrong.is_empty(), "{wrong:?}");
    ensure!(made.is_sorted(), "they did not arrive in order");
    ensure!(!other.iter().any(|run| run.contains("missed")), "{other:?}");
    let told: Vec<(String, usize)> = events(&hook).into_iter().collect();
    ensure!(told == [("opened".to_owned(), 1), ("resolved".to_owned(), 1)], "{told:?}");
    Ok(())
}

fn jobs() -> String {
    let job = |n| {
        format!(
            "---\napiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{n}}}\nspec:\n  schedule: \"*/5 * * * *\"\n  \
             timezone: UTC\n  command: /bin/true\n  host: {{selector: {{role: db}}}}\n"
        )
    };
    (0..JOBS).map(job).collect()
}

/// Leaves a day's records, as wrappers leave them: names that sort by time, and the time of each start and end.
fn spool(agent: &Agent, runs: usize) -> anyhow::Result<BTreeMap<String, usize>> {
    let spool = agent.file("spool");
    #[expect(clippy::disallowed_methods, reason = "the records are of the day before now")]
    let now = jiff::Timestamp::now().as_millisecond() / FIVE_MINUTES_MS * FIVE_MINUTES_MS;
    let starts = runs.div_ceil(JOBS).max(1);
    let mut records = BTreeMap::new();
    for run in 0..runs {
        let start = now - FIVE_MINUTES_MS * (STARTS_A_DAY - run / JOBS * STARTS_A_DAY / starts) as i64;
        let hex = format!("{:012x}", start + (run % JOBS) as i64);
        let id = format!("{}-{}-7000-8000-{run:012x}", &hex[..8], &hex[8..]);
        for (kind, at) in [("start", start), ("end", start + 20_000)] {
            let mut record = json!({
                "format": 1, "job": format!("ops/job-{}", run % JOBS), "run_id": id, "kind": kind,
                "at": jiff::Timestamp::from_millisecond(at)?.to_string(),
            });
            if kind == "end" {
                record["exit_status"] = json!(0);
                record["duration_ms"] = json!(20_000);
            }
            let name = format!("{id}.{kind}.json");
            std::fs::write(spool.join(format!(".{name}")), record.to_string())?;
            std::fs::rename(spool.join(format!(".{name}")), spool.join(name))?;
        }
        records.insert(run_id(&id)?, run);
    }
    Ok(records)
}

/// How the API writes the id of a run that the wrapper named: the same number, in Crockford's base32.
fn run_id(uuid: &str) -> anyhow::Result<String> {
    let number = u128::from_str_radix(&uuid.replace('-', ""), 16)?;
    let digit = |n: u32| char::from(b"0123456789abcdefghjkmnpqrstvwxyz"[(number >> (5 * n)) as usize & 31]);
    Ok(format!("run_{}", (0..26).rev().map(digit).collect::<String>()))
}

fn waiting(agent: &Agent) -> anyhow::Result<usize> {
    let names = std::fs::read_dir(agent.file("spool"))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| name.ends_with(".json") && !name.starts_with('.')).count())
}

/// Kinds of the open incidents.
fn open_incidents(api: &Api) -> anyhow::Result<Vec<String>> {
    let mut open = Vec::new();
    api.pages("/incidents?limit=200", |incident| {
        if incident["state"] == "open" {
            open.push(incident["kind"].as_str().unwrap_or_default().to_owned());
        }
    })?;
    Ok(open)
}

/// What was told, and how often.
fn events(hook: &HookReceiver) -> BTreeMap<String, usize> {
    let mut events = BTreeMap::new();
    for body in hook.bodies() {
        *events.entry(body["event"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    events
}
