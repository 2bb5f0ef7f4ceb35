//! Clients of other monitors, as their registries have them, report to our server by changing their address.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use crontopus_e2e::{Api, Checkout, Server, program};
use serde_json::{Value, json};

/// Jobs that something else starts: one for each client.
const JOBS: [&str; 7] =
    ["by-slug", "by-uuid", "python-cronitor", "node-cronitor", "python-sentry", "node-sentry", "kuma"];

#[test]
fn they_report_by_changing_their_address() -> anyhow::Result<()> {
    match installed() {
        Some(clients) => story(&clients),
        None => {
            println!("left out: the clients are not installed; `cargo xtask test` does that");
            Ok(())
        }
    }
}

/// Where the test command put the clients.
#[expect(clippy::disallowed_methods, reason = "the test command says where the clients are")]
fn installed() -> Option<PathBuf> {
    std::env::var_os("CRONTOPUS_CLIENTS").map(PathBuf::from)
}

fn story(clients: &Path) -> anyhow::Result<()> {
    let server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    for job in JOBS {
        let text = format!(
            "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: {job}}}\nspec: {{schedule: \"0 2 * * *\"}}\n"
        );
        checkout.write(&format!("ops/{job}.yaml"), &text)?;
    }
    checkout.push_ok("Declare what others start")?;
    let monitors = api.read("/monitors?limit=200")?;
    let monitors: BTreeMap<String, String> = items(&monitors)?
        .iter()
        .map(|m| {
            (
                m["name"].as_str().unwrap_or_default().to_owned(),
                m["id"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let key = |kind: &str| made(&api, &format!("/integrations/{kind}/key"));
    let (ping, cronitor, sentry) = (key("healthchecks")?, key("cronitor")?, key("sentry")?);
    let kuma = made(&api, &format!("/monitors/{}/key", monitors["kuma"]))?;

    let uuid = uuid(&server, &api, "ops--by-uuid")?;
    let said = run(
        clients,
        "healthchecks.py",
        &[("BASE", &server.url), ("KEY", text(&ping, "key")?), ("TOKEN", &api.token), ("UUID", &uuid)],
    )?;
    ensure!(said["answers"] == json!([[true, "OK"], [true, "OK"], [true, "OK"]]), "{said}");
    ensure!(said["checks"].as_array().is_some_and(|checks| checks.len() == JOBS.len()), "{said}");
    ensure!(said["status"] == "down" && said["paused"] == "paused", "{said}");
    ensure!(said["pings"] == json!(["fail", "start"]), "{said}");
    ensure!(statuses(&api, "by-slug")? == ["failed", "succeeded"], "{:?}", statuses(&api, "by-slug")?);

    let cronitor = [("BASE", server.url.as_str()), ("KEY", text(&cronitor, "key")?)];
    for (script, job) in [("cronitor_jobs.py", "python-cronitor"), ("cronitor_jobs.mjs", "node-cronitor")] {
        run(clients, script, &cronitor)?;
        ensure!(
            statuses(&api, job)? == ["succeeded", "failed", "succeeded"],
            "{job}: {:?}",
            runs(&api, job)?
        );
        let last = runs(&api, job)?.remove(0);
        ensure!(last["external_id"] == "by hand" && last["metrics"]["count"] == 7.0, "{job}: {last}");
    }

    let sentry = [("DSN", text(&sentry, "address")?)];
    for (script, job) in [("sentry.py", "python-sentry"), ("sentry.mjs", "node-sentry")] {
        run(clients, script, &sentry)?;
        let mut seen = statuses(&api, job)?;
        seen.sort();
        ensure!(seen == ["failed", "succeeded"], "{job}: {:?}", runs(&api, job)?);
    }
    let proposal = api.read(&format!("/monitors/{}", monitors["python-sentry"]))?;
    ensure!(proposal["proposal"]["differences"][0]["proposed"] == "0 3 * * *", "{proposal}");
    let discovered = api.read("/discovered")?;
    ensure!(
        items(&discovered)?.len() == 1 && items(&discovered)?[0]["slug"] == "ops--undeclared",
        "{discovered}"
    );

    let push = kuma["others"].as_array().into_iter().flatten().find(|o| o["dialect"] == "uptime-kuma");
    let push = push.and_then(|o| o["url"].as_str()).context("an address to push to")?;
    ensure!(run(clients, "uptime_kuma.py", &[("PUSH", push)])?["status"] == 200, "it is pushed");
    ensure!(statuses(&api, "kuma")? == ["succeeded"], "{:?}", runs(&api, "kuma")?);
    let rejected = api.read("/rejected-check-ins")?;
    ensure!(items(&rejected)?.is_empty(), "{rejected}");
    Ok(())
}

/// Runs a script with the clients at hand; what it printed.
fn run(clients: &Path, script: &str, environment: &[(&str, &str)]) -> anyhow::Result<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(script);
    let mut command = match path.extension().is_some_and(|e| e == "py") {
        true => program(clients.join("venv/bin/python")),
        false => program("node"),
    };
    command.arg(&path).envs(environment.iter().copied()).env("MODULES", clients.join("node_modules"));
    let done = command.output().with_context(|| format!("cannot start {script}"))?;
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if !done.status.success() {
        bail!("{script} failed: {out}\n{err}");
    }
    let last = out.lines().last().unwrap_or_default();
    serde_json::from_str(last).with_context(|| format!("{script} wrote {out}\n{err}"))
}

fn made(api: &Api, path: &str) -> anyhow::Result<Value> {
    match api.post(path, &Value::Null)? {
        (200, body) => Ok(body),
        (status, body) => bail!("POST {path} answered {status}: {body}"),
    }
}

/// The UUID of a check, from the management API.
fn uuid(server: &Server, api: &Api, slug: &str) -> anyhow::Result<String> {
    let answer = ureq::get(format!("{}/api/v3/checks/?slug={slug}", server.url))
        .header("x-api-key", &api.token)
        .call();
    let body: Value = serde_json::from_str(&answer?.body_mut().read_to_string()?)?;
    Ok(text(&body["checks"][0], "uuid")?.to_owned())
}

fn text<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    value[name].as_str().with_context(|| format!("no `{name}` in {value}"))
}

fn items(page: &Value) -> anyhow::Result<&Vec<Value>> {
    page["items"].as_array().with_context(|| format!("no page: {page}"))
}

/// Runs of a job, newest first.
fn runs(api: &Api, job: &str) -> anyhow::Result<Vec<Value>> {
    Ok(items(&api.read(&format!("/runs?job=ops%2F{job}"))?)?.clone())
}

fn statuses(api: &Api, job: &str) -> anyhow::Result<Vec<String>> {
    Ok(runs(api, job)?.iter().map(|run| run["status"].as_str().unwrap_or_default().to_owned()).collect())
}
