//! What this host is: read from files, never by starting a program.

use std::fs;

use crontopus_api::agent_v1::HostFacts;
use crontopus_schedule::Profile;
use sha2::{Digest as _, Sha256};

/// The facts an enrolment sends.
pub(crate) fn facts(profile: Profile) -> HostFacts {
    HostFacts {
        hostname: hostname(),
        machine: machine(),
        os: os(),
        arch: std::env::consts::ARCH.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        scheduler: profile.to_string(),
        timezone: timezone(),
    }
}

/// The host's name as the kernel has it.
pub(crate) fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// A digest of the machine id: tells hosts apart without giving the id away (machine-id(5) asks for that).
fn machine() -> String {
    let id = ["/etc/machine-id", "/var/lib/dbus/machine-id"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty())
        .unwrap_or_else(hostname);
    hex::encode(Sha256::digest(format!("crontopus-machine-v1:{id}")))
}

/// `PRETTY_NAME` of os-release(5).
fn os() -> String {
    let text = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map(|name| name.trim_matches('"').to_owned())
        .unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// The IANA zone cron and its jobs live in: `/etc/localtime`'s target, else `/etc/timezone`, else UTC.
pub(crate) fn timezone() -> String {
    let linked = fs::canonicalize("/etc/localtime").ok().and_then(|path| {
        let path = path.to_str()?.to_owned();
        path.split_once("zoneinfo/").map(|(_, zone)| zone.to_owned())
    });
    let zone = linked
        .or_else(|| fs::read_to_string("/etc/timezone").ok().map(|zone| zone.trim().to_owned()))
        .filter(|zone| !zone.is_empty());
    match zone.as_deref() {
        None | Some("Etc/UTC" | "Etc/UCT" | "Etc/Universal" | "Etc/Zulu" | "Zulu" | "UCT") => "UTC".into(),
        Some(zone) => zone.into(),
    }
}

/// Version of the installed time zone data, if the package says it.
pub(crate) fn tzdata_version() -> Option<String> {
    let text = fs::read_to_string("/usr/share/zoneinfo/tzdata.zi").ok()?;
    text.lines().next()?.strip_prefix("# version ").map(str::to_owned)
}

/// Numeric ids of a user, from `/etc/passwd`.
///
/// Deliberately not through the name service: the agent starts no program and loads no plugin. Users of a
/// directory service are not seen and are reported as unknown.
pub(crate) fn user(name: &str) -> Option<User> {
    let text = fs::read_to_string("/etc/passwd").ok()?;
    text.lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name))
        .and_then(|fields| {
            Some(User {
                name: name.into(),
                uid: fields.get(2)?.parse().ok()?,
                gid: fields.get(3)?.parse().ok()?,
            })
        })
}

/// A digest of the users there are: it differs when one comes or goes.
pub(crate) fn users() -> String {
    fs::read("/etc/passwd").map(|text| hex::encode(Sha256::digest(text))).unwrap_or_default()
}

/// The user this process runs as.
pub(crate) fn current_user() -> Option<String> {
    let uid = rustix::process::geteuid().as_raw().to_string();
    let text = fs::read_to_string("/etc/passwd").ok()?;
    text.lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.get(2) == Some(&uid.as_str()))
        .and_then(|fields| fields.first().map(|name| (*name).to_owned()))
}

/// A user of this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    /// Login name.
    pub(crate) name: String,
    /// User id.
    pub(crate) uid: u32,
    /// Primary group.
    pub(crate) gid: u32,
}
