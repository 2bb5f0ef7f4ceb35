//! A job fails: a webhook and a person's mailbox hear of it with everything they need; the person follows the link
//! in the mail, signs in and takes it; the job recovers, and both hear that too.

use std::time::Duration;

use crontopus_e2e::{Api, Checkout, HookReceiver, MailReceiver, Server, program, tell, until};
use serde_json::{Value, json};

const MANIFESTS: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata:
  name: backup
  labels: {team: platform}
  annotations: {owner: ops@acme.example, runbook: "https://wiki.acme.example/backup"}
spec:
  description: Nightly PostgreSQL dump
  schedule: "0 2 * * *"
  output: {redact: ["password=\\S+"]}
---
apiVersion: crontopus/v1
kind: Route
metadata: {name: platform}
spec:
  selector: {team: platform}
  steps: [{channels: [hook, post]}]
"#;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn to_a_webhook_and_a_mailbox() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let (hook, post) = (HookReceiver::start()?, MailReceiver::start()?);
    let server = Server::with_settings(&format!(
        "alerts_allow_addresses = [\"127.0.0.1\"]\nsmtp_host = \"127.0.0.1\"\nsmtp_port = {}\nsmtp_security = \"none\"\n\
         smtp_from = \"Crontopus <cron@acme.example>\"\n",
        post.address.port()
    ))?;
    let api = Api::sign_up(&server, "acme")?;
    let url = format!("http://{}/cron", hook.address);
    make(&server, &api, &["create", "hook", "webhook", "--setting", &format!("url={url}")])?;
    make(&server, &api, &["create", "post", "email", "--setting", "to=ann@acme.example"])?;
    make(&server, &api, &["test", "hook", "post"])?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    checkout.write("production/backup.yaml", MANIFESTS)?;
    checkout.push_ok("Back up, and tell the platform team")?;

    let output = "dumping\npassword=hunter2\n\u{1b}[31merror: disk full\u{1b}[0m\n";
    let failed = json!({"monitor": "production/backup", "kind": "end", "exit_status": 3, "output": output});
    until("the monitor", PATIENCE, || {
        Ok((api.post("/check-ins", &failed)?.1["items"][0]["accepted"] == true).then_some(()))
    })?;
    let opened = event(&hook, "opened")?;
    let incident = &opened["incidents"][0];
    anyhow::ensure!(opened["title"] == "production/backup failed", "{opened}");
    anyhow::ensure!(incident["run"]["exit_status"] == 3, "{opened}");
    anyhow::ensure!(incident["runbook"] == "https://wiki.acme.example/backup", "{opened}");
    let shown = incident["run"]["output"].as_str().unwrap_or_default();
    anyhow::ensure!(shown == "dumping\n[redacted]\nerror: disk full", "{shown:?}");
    let mail = until("the mail", PATIENCE, || {
        Ok(post.mails().into_iter().find(|mail| mail.contains("production/backup failed")))
    })?;
    for part in
        ["Subject: [acme] production/backup failed", "exit status 3", "ops@acme.example", "error: disk full"]
    {
        anyhow::ensure!(mail.contains(part), "`{part}` is in the mail:\n{mail}");
    }
    anyhow::ensure!(!mail.contains("hunter2"), "{mail}");

    let link = incident["links"]["acknowledge"].as_str().unwrap_or_default().to_owned();
    let (status, page) = api.page(&link, None)?;
    anyhow::ensure!(status == 401 && page.contains("Sign in"), "{status} {page}");
    let (status, page) = api.page(&link, Some("GET"))?;
    anyhow::ensure!(status == 200 && page.contains("Acknowledge"), "{status} {page}");
    let id = incident["id"].as_str().unwrap_or_default().to_owned();
    anyhow::ensure!(
        api.read(&format!("/incidents/{id}"))?["state"] == "open",
        "looking at the page does nothing"
    );
    let (status, page) = api.page(&link, Some("POST"))?;
    anyhow::ensure!(status == 200 && page.contains("acknowledged"), "{status} {page}");
    event(&hook, "acknowledged")?;

    let good = json!({"monitor": "production/backup", "kind": "success"});
    api.post("/check-ins", &good)?;
    let resolved = event(&hook, "resolved")?;
    anyhow::ensure!(
        resolved["title"].as_str().is_some_and(|title| title.starts_with("Recovered: production/backup")),
        "{resolved}"
    );
    until("the mail of the recovery", PATIENCE, || {
        Ok(post.mails().into_iter().find(|mail| mail.contains("Recovered: production/backup")))
    })?;
    let shown = until("the deliveries", PATIENCE, || {
        let shown =
            api.read(&format!("/incidents/{id}"))?["deliveries"].as_array().cloned().unwrap_or_default();
        Ok(shown.iter().all(|delivery| delivery["state"] == "sent").then_some(shown))
    })?;
    anyhow::ensure!(shown.len() == 6, "{shown:?}");
    Ok(())
}

/// Waits for a message of this kind at the webhook.
fn event(hook: &HookReceiver, event: &str) -> anyhow::Result<Value> {
    until(event, PATIENCE, || Ok(hook.bodies().into_iter().find(|body| body["event"] == event)))
}

/// `crontopus channels …`, as a person types it.
fn make(server: &Server, api: &Api, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = program("crontopus");
    command.args(["--url", &server.url, "--token", &api.token, "channels"]).args(arguments);
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "crontopus channels {arguments:?}: {said}");
    Ok(())
}
