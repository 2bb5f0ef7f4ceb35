//! A job that stands in the crontab but whose cron does not run is reported missed; so is one in ping mode
//! that nobody reports.

use std::time::Duration;

use crontopus_e2e::{Agent, Api, Checkout, Host, Server, tell, until};

const MANIFEST: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: silent}
spec:
  schedule: "* * * * *"
  startWindow: {late: 5s}
  command: /bin/true
  host: {selector: {role: db}}
---
apiVersion: crontopus/v1
kind: Job
metadata: {name: unheard}
spec:
  schedule: "* * * * *"
  startWindow: {late: 5s}
"#;

#[test]
fn it_is_missed() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    let agent = Agent::start(&host, &server, &api, "cron-d")?;
    checkout.write("ops/silent.yaml", MANIFEST)?;
    checkout.push_ok("Expect what nobody does")?;
    for job in ["silent", "unheard"] {
        let run = until(job, Duration::from_secs(150), || {
            let runs = api.read(&format!("/runs?job=ops%2F{job}&status=missed"))?;
            Ok(runs["items"].as_array().and_then(|items| items.first()).cloned())
        })
        .map_err(|e| e.context(agent.log()).context(server.log()))?;
        anyhow::ensure!(run["expected_at"].as_str().is_some_and(|at| at.ends_with(":00Z")), "{run}");
    }
    let incidents = api.read("/incidents?state=open")?;
    anyhow::ensure!(incidents["items"].as_array().is_some_and(|items| items.len() == 2), "{incidents}");
    Ok(())
}
