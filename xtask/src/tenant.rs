//! A tenant made through the public API and Git, as a person would make it: for `up` and for the benchmarks.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::Api;
use crate::process;
use crate::server::Server;

/// What the token may do: everything that a walk through the product needs.
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

/// The repository of a tenant made here.
const REPOSITORY: &str = "jobs";

/// Its owner's account and a token with their rights.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) tenant: String,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) token: String,
}

/// A tenant on a running server.
pub(crate) struct Tenant {
    /// The server's address.
    pub(crate) url: String,
    pub(crate) account: Account,
}

impl Tenant {
    /// Signs somebody up, with a token and an empty repository on the built-in Git host.
    pub(crate) fn create(server: &Server, tenant: &str, password: String) -> Result<Self> {
        let email = format!("{tenant}@crontopus.example");
        let api = server.api().sign_up(&email, &password, tenant)?;
        let token = api.create("/api/v1/tokens", &json!({ "name": "cargo xtask", "scopes": SCOPES }))?;
        api.create("/api/v1/repositories", &json!({ "name": REPOSITORY }))?;
        let token = text(&token, "secret")?;
        let account = Account { tenant: tenant.to_owned(), email, password, token };
        Ok(Self { url: server.url(), account })
    }

    /// A client with the tenant's token.
    pub(crate) fn api(&self) -> Api {
        Api::new(self.url.clone()).with_token(&self.account.token)
    }

    /// The address for `git clone`, with the credential in it.
    pub(crate) fn clone_url(&self) -> String {
        let Account { tenant, token, .. } = &self.account;
        format!(
            "http://{tenant}:{token}@{}/git/{tenant}/{REPOSITORY}.git",
            self.url.trim_start_matches("http://")
        )
    }

    /// A token by which one host may join, with those labels.
    pub(crate) fn enroll_token(&self, labels: &Value) -> Result<String> {
        let body = json!({ "repository": REPOSITORY, "labels": labels });
        text(&self.api().create("/api/v1/enroll-tokens", &body)?, "secret")
    }

    /// Commits everything in the directory, which becomes a repository if it is none, and pushes it.
    pub(crate) fn push(&self, dir: &Path, message: &str) -> Result<()> {
        self.commit(dir, message)?;
        self.push_commits(dir)
    }

    /// Commits everything in the directory, which becomes a repository if it is none.
    pub(crate) fn commit(&self, dir: &Path, message: &str) -> Result<()> {
        if !dir.join(".git").exists() {
            process::read(git(dir).args(["init", "--quiet", "--initial-branch=main"]))?;
        }
        process::read(git(dir).args(["add", "--all"]))?;
        process::read(git(dir).args(["commit", "--quiet", "--message", message]))?;
        Ok(())
    }

    /// Pushes what is committed.
    pub(crate) fn push_commits(&self, dir: &Path) -> Result<()> {
        process::read(git(dir).args(["push", "--quiet", &self.clone_url(), "main"]))
            .map(drop)
            .context("the push was not accepted")
    }
}

/// Git in that directory, independent of the settings and hooks of who runs this.
pub(crate) fn git(dir: &Path) -> Command {
    let mut git = process::command("git");
    git.current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .args(["-c", "user.name=Crontopus", "-c", "user.email=demo@crontopus.example"]);
    git
}

fn text(answer: &Value, field: &str) -> Result<String> {
    let value = answer.get(field).and_then(Value::as_str);
    value.map(str::to_owned).with_context(|| format!("the server's answer has no `{field}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_is_part_of_the_clone_address() {
        let account = Account {
            tenant: "acme".to_owned(),
            email: String::new(),
            password: String::new(),
            token: "ctp_x".to_owned(),
        };
        let tenant = Tenant { url: "http://127.0.0.1:8080".to_owned(), account };
        assert_eq!(tenant.clone_url(), "http://acme:ctp_x@127.0.0.1:8080/git/acme/jobs.git");
    }
}
