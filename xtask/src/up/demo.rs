//! The demo tenant: an account, a repository of examples pushed with real git, a token for it all.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::api::Api;
use super::server::Server;
use super::state::{Account, State, password};
use crate::process;
use crate::progress::{fail, step};

const EMAIL: &str = "demo@crontopus.example";
const TENANT: &str = "demo";
const REPOSITORY: &str = "jobs";

/// A job that this machine runs every minute, so that there is something to see.
const HELLO: &str = include_str!("demo/hello.yaml");

/// What the demo tenant's token may do: everything the walk through the product needs.
const SCOPES: [&str; 9] = [
    "runs:read",
    "jobs:read",
    "jobs:write",
    "checkins:write",
    "agents:read",
    "agents:write",
    "incidents:read",
    "incidents:write",
    "tokens:write",
];

/// The demo tenant on a running server.
pub(super) struct Demo {
    /// The server's address.
    pub(super) url: String,
    pub(super) account: Account,
}

impl Demo {
    /// The address for `git clone`, with the credential in it.
    pub(super) fn clone_url(&self) -> String {
        let address = self.url.trim_start_matches("http://");
        format!("http://{TENANT}:{}@{address}/git/{TENANT}/{REPOSITORY}.git", self.account.token)
    }

    /// A token by which one host may join.
    pub(super) fn enroll_token(&self) -> Result<String> {
        let api = Api::new(self.url.clone()).with_token(&self.account.token);
        let body = json!({ "repository": REPOSITORY, "labels": { "demo": "this-machine" } });
        text(&api.create("/api/v1/enroll-tokens", &body)?, "secret")
    }
}

/// Finds the demo tenant of an earlier start, or makes it.
pub(super) fn prepare(server: &Server, state: &State, root: &Path) -> Result<Demo> {
    if let Some(account) = state.account()? {
        if !server.api().with_token(&account.token).is_signed_in()? {
            return Err(fail(
                "the server does not know the demo account of the last start",
                "delete .crontopus/ and start again; demo data is made anew",
            ));
        }
        return Ok(Demo { url: server.url(), account });
    }
    step("making a demo tenant with a repository of examples");
    let password = password()?;
    let api = server.api().sign_up(EMAIL, &password, TENANT)?;
    let token = api.create("/api/v1/tokens", &json!({ "name": "cargo xtask up", "scopes": SCOPES }))?;
    let account = Account { email: EMAIL.to_owned(), password, token: text(&token, "secret")? };
    api.create("/api/v1/repositories", &json!({ "name": REPOSITORY }))?;
    let demo = Demo { url: server.url(), account };
    push_examples(&demo, root)?;
    // Kept last: without it, the next start makes everything anew.
    state.keep_account(&demo.account)?;
    Ok(demo)
}

fn push_examples(demo: &Demo, root: &Path) -> Result<()> {
    let clone = tempfile::tempdir()?;
    copy(&root.join("examples"), clone.path()).context("cannot copy the examples")?;
    let hello = clone.path().join("demo/hello.yaml");
    fs::create_dir_all(clone.path().join("demo"))?;
    fs::write(hello, HELLO)?;
    let git = |arguments: &[&str]| process::read(git(clone.path()).args(arguments)).map(drop);
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message=Examples"])?;
    git(&["push", "--quiet", &demo.clone_url(), "main"]).context("the examples were not accepted")
}

/// Git in that directory, independent of the settings and hooks of who runs this.
fn git(dir: &Path) -> Command {
    let mut git = process::command("git");
    git.current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["-c", "user.name=Crontopus demo", "-c", "user.email=demo@crontopus.example"]);
    git
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn text(answer: &Value, field: &str) -> Result<String> {
    let value = answer.get(field).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("the server's answer has no `{field}`"))
}
