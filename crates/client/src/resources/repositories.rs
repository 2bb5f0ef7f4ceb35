use crontopus_api::{
    Commit, ConnectRepository, CreatedRepository, CreatedRepositoryWebhook, Diagnostic, Repository,
    RepositoryWebhook, UpdateRepository,
};

use crate::query::Target;
use crate::{Client, ClientError, Pages};

/// `/api/v1/repositories`.
#[derive(Debug, Clone, Copy)]
pub struct Repositories<'a> {
    pub(super) client: &'a Client,
}

impl Repositories<'_> {
    /// By name.
    pub fn list(&self) -> Pages<Repository> {
        Pages::new(self.client, Target::new("/api/v1/repositories"))
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Result<Repository, ClientError> {
        self.client.get(&one(name))
    }

    /// Makes one on the built-in host, or follows a remote one.
    pub fn connect(&self, request: &ConnectRepository) -> Result<CreatedRepository, ClientError> {
        self.client.post(&Target::new("/api/v1/repositories"), request)
    }

    /// Changes how it is followed.
    pub fn update(&self, name: &str, change: &UpdateRepository) -> Result<Repository, ClientError> {
        self.client.patch(&one(name), change)
    }

    /// No longer follows it; its jobs are in force no more.
    pub fn delete(&self, name: &str) -> Result<(), ClientError> {
        self.client.delete(&one(name))
    }

    /// Asks for a sync now; the answer is the state before it.
    pub fn sync(&self, name: &str) -> Result<Repository, ClientError> {
        self.client.act(&one(name).then("sync"))
    }

    /// Commits of the followed branch, newest first.
    pub fn list_commits(&self, name: &str) -> Pages<Commit> {
        Pages::new(self.client, one(name).then("commits"))
    }

    /// What is wrong with the manifests at the commit in force.
    pub fn list_diagnostics(&self, name: &str) -> Pages<Diagnostic> {
        Pages::new(self.client, one(name).then("diagnostics"))
    }

    /// Its webhook: what another Git server calls when somebody pushed there.
    pub fn webhook(&self, name: &str) -> Result<RepositoryWebhook, ClientError> {
        self.client.get(&one(name).then("webhook"))
    }

    /// Makes a new secret for its webhook; the old one ends at once.
    pub fn rotate_webhook(&self, name: &str) -> Result<CreatedRepositoryWebhook, ClientError> {
        self.client.act(&one(name).then("webhook"))
    }

    /// Takes its webhook away.
    pub fn delete_webhook(&self, name: &str) -> Result<(), ClientError> {
        self.client.delete(&one(name).then("webhook"))
    }
}

fn one(name: &str) -> Target {
    Target::new("/api/v1/repositories").segment(name)
}
