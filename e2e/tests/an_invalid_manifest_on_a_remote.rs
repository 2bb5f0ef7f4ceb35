//! A remote repository cannot refuse a push: an invalid manifest there leaves the old job running, and the
//! problem is seen in the API and on the command line.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Agent, Api, Checkout, Host, Server, program, tell, until};
use serde_json::json;

const GOOD: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: backup}
spec:
  schedule: "0 2 * * *"
  command: /bin/true
  host: {selector: {role: db}}
"#;

#[test]
fn leaves_the_old_job_running() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let server = Server::with_settings("git_allow_paths = true\n")?;
    let api = Api::sign_up(&server, "acme")?;
    let remote = tempfile::tempdir()?;
    let origin = remote.path().join("jobs.git");
    let made =
        program("git").args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(&origin).status()?;
    ensure!(made.success(), "git init");
    let origin = origin.to_str().context("a plain path")?;
    let checkout = Checkout::clone(origin)?;
    checkout.write("prod/backup.yaml", GOOD)?;
    checkout.push_ok("Back up")?;
    let (status, body) = api
        .post("/repositories", &json!({"name": "jobs", "remote_url": origin, "sync_interval_seconds": 10}))?;
    ensure!(status == 201, "{status}: {body}");
    let host = Host::start()?;
    let agent = Agent::start(&host, &server, &api, "cron-d")?;
    let line = || Ok(host.entries()?.contains("crontopus-run prod/backup").then_some(()));
    until("the line", Duration::from_secs(60), line).map_err(|e| e.context(agent.log()))?;
    let before = host.entries()?;

    let broken = GOOD.replace("0 2 * * *", "0 25 * * *").replace("command:", "comand:");
    checkout.write("prod/backup.yaml", &broken)?;
    checkout.push_ok("Break it")?;
    let commit = String::from_utf8(checkout.git(&["rev-parse", "HEAD"])?.stdout)?.trim().to_owned();
    api.post("/repositories/jobs/sync", &json!({}))?;
    let diagnostics = || {
        let body = api.read("/repositories/jobs/diagnostics")?;
        let text = body.to_string();
        Ok((text.contains("comand") && text.contains("prod/backup.yaml")).then_some(text))
    };
    let text = until("the problem in the API", Duration::from_secs(60), diagnostics)?;
    ensure!(text.contains("\"line\":6") && text.contains("\"line\":7"), "{text}");
    let job = api.read("/jobs/prod/backup")?;
    ensure!(job["manifest"].as_str().is_some_and(|text| text.contains("0 2 * * *")), "{job}");

    // The same on the command line.
    let home = tempfile::tempdir()?;
    let done = program("crontopus")
        .args(["repo", "status", "jobs"])
        .env("CRONTOPUS_URL", &server.url)
        .env("CRONTOPUS_TOKEN", &api.token)
        .env("CRONTOPUS_CONFIG_DIR", home.path())
        .output()?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    ensure!(said.contains("prod/backup.yaml") && said.contains("comand"), "{said}");

    // The host has taken the new commit over, and with it the old form.
    let applied = || {
        let agents = api.read("/agents")?.to_string();
        Ok(agents.contains(&commit).then_some(()))
    };
    until("the host reports the commit", Duration::from_secs(60), applied)
        .map_err(|e| e.context(agent.log()))?;
    ensure!(host.entries()? == before, "the line is the old one, byte for byte:\n{}", host.entries()?);
    Ok(())
}
