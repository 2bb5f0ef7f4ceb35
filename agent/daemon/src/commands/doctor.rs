use std::fs;
use std::process::ExitCode;

use crontopus_api::agent_v1::Heartbeat;
use crontopus_manifest::spec::Layout;

use crate::identity::Identity;
use crate::key;
use crate::native::Native;
use crate::{spool, storage};

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    outcome: Result<String, String>,
}

/// Looks at everything the agent needs; nothing is changed.
pub(crate) fn run(layout: Layout) -> anyhow::Result<ExitCode> {
    let findings = [
        finding("enrolment", enrolment(&layout)),
        finding(
            "key",
            key::load(&layout).map(|(key, _)| format!("fingerprint {}", key.public().fingerprint())),
        ),
        finding("scheduler", scheduler()),
        finding("wrapper", wrapper(&layout)),
        finding("spool", spool_of(&layout)),
        finding("disk", disk(&layout)),
        finding("server", server(layout)),
    ];
    let mut code = ExitCode::SUCCESS;
    for Finding { what, outcome } in findings {
        match outcome {
            Ok(text) => anstream::println!("ok    {what:<10} {text}"),
            Err(text) => {
                anstream::println!("FAIL  {what:<10} {}", text.replace('\n', "\n                 "));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn finding(what: &'static str, outcome: anyhow::Result<String>) -> Finding {
    Finding { what, outcome: outcome.map_err(|e| format!("{e:#}")) }
}

fn enrolment(layout: &Layout) -> anyhow::Result<String> {
    let identity = Identity::load(layout)?;
    Ok(format!("{} in {} at {}", identity.name, identity.tenant, identity.server))
}

fn scheduler() -> anyhow::Result<String> {
    let native = Native::detect()?;
    anyhow::ensure!(native.running, "{}\nhint: start cron (Debian: service cron start)", native.evidence);
    Ok(format!("{}: {}", native.profile, native.evidence))
}

fn wrapper(layout: &Layout) -> anyhow::Result<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = layout.wrapper();
    let meta = fs::metadata(&path)
        .map_err(|e| anyhow::anyhow!("{}: {e}\nhint: uninstall --keep and enroll again", path.display()))?;
    anyhow::ensure!(meta.permissions().mode() & 0o111 != 0, "{} is not executable", path.display());
    Ok(path.display().to_string())
}

fn spool_of(layout: &Layout) -> anyhow::Result<String> {
    let meta = fs::metadata(layout.spool()).map_err(|e| {
        anyhow::anyhow!("{}: {e}\nhint: start crontopus-agent run once", layout.spool().display())
    })?;
    anyhow::ensure!(meta.is_dir(), "{} is no directory", layout.spool().display());
    Ok(format!("{} records wait", spool::waiting(layout)))
}

fn disk(layout: &Layout) -> anyhow::Result<String> {
    match storage::trouble(layout) {
        Some(trouble) => {
            anyhow::bail!("{trouble}\nhint: make room or mount it writable; the agent goes on by itself")
        }
        None => Ok("takes what has to be written".to_owned()),
    }
}

fn server(layout: Layout) -> anyhow::Result<String> {
    let (_agent, server) = super::look(layout)?;
    let beat = Heartbeat { commit: None, spooled: 0, clock_ms: server.host_clock_ms() };
    let answer = server.heartbeat(&beat)?;
    let offset = answer.clock_ms - server.host_clock_ms();
    anyhow::ensure!(
        offset.abs() < 60_000,
        "this host's clock is off by {offset} ms\nhint: run a time service (chrony)"
    );
    Ok(format!("answers, and its clock differs by {offset} ms"))
}
