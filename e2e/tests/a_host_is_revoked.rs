//! A revoked host is refused at its next request, and its daemon ends and says why. Its entries stand:
//! jobs do not depend on the server.

use std::time::Duration;

use crontopus_e2e::{Agent, Api, Checkout, Host, Server, tell, until};

#[test]
fn at_once() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    let agent = Agent::start(&host, &server, &api, "cron-d")?;
    let manifest = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: stay}\nspec:\n  schedule: \"0 1 * * *\"\n  \
                    command: /bin/true\n  host: {selector: {}}\n";
    checkout.write("ops/stay.yaml", manifest)?;
    checkout.push_ok("Stay")?;
    until("the line", Duration::from_secs(30), || Ok(host.entries()?.contains("ops/stay").then_some(())))
        .map_err(|e| e.context(agent.log()))?;

    let agents = api.read("/agents")?;
    let id = agents["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let (status, body) = api.post(&format!("/agents/{id}/revoke"), &serde_json::json!({}))?;
    anyhow::ensure!(status == 200, "{status}: {body}");
    until("the daemon to say why it ends", Duration::from_secs(60), || {
        Ok(agent.log().contains("revoked").then_some(()))
    })?;
    anyhow::ensure!(host.entries()?.contains("ops/stay"), "jobs do not depend on the server");
    let done = agent.command(&host).arg("apply").output()?;
    anyhow::ensure!(!done.status.success(), "a revoked host is refused");
    Ok(())
}
