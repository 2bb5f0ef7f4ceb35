//! A tenant with something of everything, and fresh things to be used up.

use std::sync::atomic::AtomicU64;

use crontopus_api::agent_v1::{EnrollSecret, enroll_proof};
use crontopus_api::signature::SecretKey;
use crontopus_app::access::{Actor, Origin, Role, Scope};
use crontopus_app::agents::NewEnrollToken;
use crontopus_app::git::NewRepository;
use crontopus_app::rows::{IncidentFilter, MonitorFilter, RunFilter};
use crontopus_app::testing::{commit, git, write};
use crontopus_app::{Accept, NewAccount, NewToken, Paging};
use serde_json::json;

use crate::ask::Ask;
use crate::callers::{Credential, Host};
use crate::world::World;

pub(crate) use crontopus_app::testing::PASSWORD;

/// A tenant, its owner, and the ids of what is in it.
pub(crate) struct Tenant {
    pub(crate) slug: String,
    pub(crate) owner: Actor,
    pub(crate) session: Credential,
    pub(crate) token: Credential,
    pub(crate) host: Credential,
    pub(crate) agent: String,
    pub(crate) commit: String,
    pub(crate) monitor: String,
    pub(crate) run: String,
    pub(crate) incident: String,
}

impl World {
    /// Signs somebody up as the owner of a tenant; the secret of the session.
    pub(crate) async fn account(&self, slug: &str) -> (Actor, String) {
        let account = NewAccount {
            email: format!("owner@{slug}.example"),
            password: PASSWORD.to_owned(),
            name: "Ada".to_owned(),
            tenant: slug.to_owned(),
        };
        let signed = self.app.sign_up(Origin::default(), account).await.unwrap();
        (self.actor(&signed.secret).await, signed.secret)
    }

    /// Who a session is.
    pub(crate) async fn actor(&self, session: &str) -> Actor {
        self.app.session_actor(session, None, Origin::default()).await.unwrap()
    }

    /// A new member of the tenant; the secret of the session, and the address.
    pub(crate) async fn member(&self, owner: &Actor, role: Role) -> (Actor, String, String) {
        let email = format!("m{}@{}.example", self.number(), owner.tenant);
        let invitation = self.app.create_invitation(owner, email.clone(), role).await.unwrap();
        let accept = Accept {
            secret: invitation.secret,
            name: Some("Bob".to_owned()),
            password: PASSWORD.to_owned(),
            code: None,
        };
        let signed = self.app.accept_invitation(Origin::default(), accept).await.unwrap();
        (self.actor(&signed.secret).await, signed.secret, email)
    }

    pub(crate) async fn api_token(&self, maker: &Actor, scopes: &[Scope]) -> String {
        let name = format!("t{}", self.number());
        let new = NewToken { name, scopes: scopes.to_vec(), days: Some(30) };
        self.app.create_token(maker, new).await.unwrap().secret
    }

    /// The secret of an enrolment token.
    pub(crate) async fn enroll_token(&self, owner: &Actor, approval: bool) -> String {
        let new = NewEnrollToken { uses: Some(1), approval, ..NewEnrollToken::default() };
        let made = self.app.create_enroll_token(owner, new).await.unwrap();
        let text = EnrollSecret {
            server: format!("http://{}", self.address),
            key_fingerprint: "00".repeat(32),
            secret: made.secret,
        };
        text.to_string()
    }

    /// The request that enrols a host, and its key.
    pub(crate) async fn enrolment(&self, owner: &Actor, approval: bool) -> (Ask, SecretKey) {
        let token = self.enroll_token(owner, approval).await;
        let secret: EnrollSecret = token.parse().unwrap();
        let challenge = self.app.enroll_challenge(&secret.secret).await.unwrap();
        let mut seed = [3; 32];
        seed[..8].copy_from_slice(&self.number().to_be_bytes());
        let key = SecretKey::from_bytes(&seed);
        let public_key = key.public().to_base64();
        let body = json!({
            "token": token,
            "proof": key.sign(&enroll_proof(&challenge, &public_key)),
            "challenge": challenge,
            "public_key": public_key,
            "facts": {"hostname": format!("h{}", self.number()), "machine": "", "os": "Debian 12", "arch": "x86_64",
                "version": "0.1.0", "scheduler": "debian-cron", "timezone": "Europe/Berlin"},
        });
        (Ask::of("enroll_agent", &[]).json(&body), key)
    }

    /// A host that joined.
    pub(crate) async fn host(&self, owner: &Actor, approval: bool) -> Host {
        let (ask, key) = self.enrolment(owner, approval).await;
        let joined = self.send(&ask, &Credential::Nothing).await.ok(201);
        Host { id: joined["agent_id"].as_str().unwrap().to_owned(), key, seq: AtomicU64::new(1) }
    }

    /// Commits files to the repository `jobs` and takes them in; the commit.
    pub(crate) async fn commit(&self, owner: &Actor, files: &[(&str, &str)]) -> String {
        let repository = self.app.get_repository(owner, "jobs").await.unwrap();
        let bare = self.app.repository_path(owner.tenant_id, repository.id);
        let work = self.dir.path().join(format!("work-{}", owner.tenant));
        if !work.exists() {
            git(self.dir.path(), &["clone", "--quiet", bare.to_str().unwrap(), work.to_str().unwrap()]);
        }
        for (path, text) in files {
            write(&work, path, text);
        }
        let id = commit(&work, "change");
        git(&work, &["push", "--quiet", "origin", "HEAD:main"]);
        self.app.sync_repository(owner.tenant_id, repository.id).await.unwrap();
        id
    }

    /// A tenant with a repository, two jobs, a host that told a plan, a failed run and its incident.
    pub(crate) async fn tenant(&self, slug: &str) -> Tenant {
        let (owner, secret) = self.account(slug).await;
        let new = NewRepository { name: "jobs".to_owned(), ..NewRepository::default() };
        self.app.connect_repository(&owner, new).await.unwrap();
        let commit =
            self.commit(&owner, &[("production/backup.yaml", BACKUP), ("ops/held.yaml", HELD)]).await;
        let token = Credential::Token(self.api_token(&owner, Scope::ALL).await);
        let check_in =
            json!({"monitor": "production/backup", "kind": "end", "exit_status": 3, "output": "no space"});
        let answer = self.send(&Ask::of("create_check_ins", &[]).json(&check_in), &token).await.ok(200);
        let run = answer["items"][0]["run_id"].as_str().unwrap().to_owned();
        let host = self.host(&owner, false).await;
        let agent = host.id.clone();
        let host = Credential::Signature(Box::new(host));
        self.send(&Ask::of("send_report", &[]).json(&report(&commit)), &host).await.ok(200);
        let paging = Paging::first(1);
        let incidents = self.app.list_incidents(&owner, &IncidentFilter::default(), &paging).await.unwrap();
        let filter = MonitorFilter {
            job: Some(("production".to_owned(), "backup".to_owned())),
            ..MonitorFilter::default()
        };
        let monitors = self.app.list_monitors(&owner, &filter, &paging).await.unwrap();
        assert_eq!(self.app.list_runs(&owner, &RunFilter::default(), &paging).await.unwrap().rows.len(), 1);
        Tenant {
            slug: slug.to_owned(),
            incident: incidents.rows[0].id.to_string(),
            monitor: monitors.rows[0].id.to_string(),
            owner,
            session: Credential::Session(secret),
            token,
            host,
            agent,
            commit,
            run,
        }
    }
}

pub(crate) const BACKUP: &str = "# Nightly.\napiVersion: crontopus/v1\nkind: Job\nmetadata: {name: backup, labels: {team: data, tier: gold}}\nspec:\n  description: Dumps everything\n  schedule: \"0 2 * * *\"\n  timezone: Europe/Berlin\n";
pub(crate) const HELD: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: held, labels: {team: ops}}\nspec:\n  schedule: \"*/5 * * * *\"\n  command: /bin/true\n  host: {selector: {}}\n";

/// What a host says of itself.
pub(crate) fn report(commit: &str) -> serde_json::Value {
    json!({
        "commit": commit, "scheduler": "debian-cron", "scheduler_running": true, "timezone": "Europe/Berlin",
        "version": "0.1.0", "drift": 1,
        "jobs": [{"job": "ops/held", "digest": "00", "applied": false, "profile": "debian-cron"}],
        "conditions": [{"job": "ops/held", "kind": "applied", "ok": false, "reason": "disk full"}],
        "plan": {"commit": commit, "made_at": "2026-11-24T12:00:00Z",
            "steps": [{"action": "create", "job": "ops/held", "reason": "new in Git", "after": "*/5 * * * * x"}]},
    })
}
