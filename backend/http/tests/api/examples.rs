//! A request for every operation that a caller with the right to it gets answered. An operation that is not here
//! has no test, and the tests that go through all of them fail.

use crontopus_api::agent_v1::enroll_proof;
use crontopus_api::signature::SecretKey;
use crontopus_app::Paging;
use crontopus_app::access::{Actor, Role, Scope};
use crontopus_app::alerts::{ChannelKind, LinkAction, NewChannel, NewSnooze, SnoozeScope};
use crontopus_app::git::{NewRemote, NewRepository};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, Integration, RunKey, Signal, Target};
use crontopus_app::public_page::PageChange;
use crontopus_app::rows::Passkey;
use crontopus_ids::PasskeyId;
use crontopus_store::SystemScope;
use serde_json::json;

use crate::ask::Ask;
use crate::callers::{Credential, Host};
use crate::seed::{BACKUP, PASSWORD, Tenant, report};
use crate::world::World;

/// Where the channels send: an address that the service does not speak to.
const HOOK: &str = "http://127.0.0.1:9/hook";

impl World {
    /// A request for the operation in the tenant; what it uses up is made for it.
    pub(crate) async fn example(&self, tenant: &Tenant, operation: &str) -> Ask {
        if let Some(ask) = self.reading(tenant, operation) {
            return ask;
        }
        if let Some(ask) = self.telling(tenant, operation).await {
            return ask;
        }
        let n = self.number();
        let Tenant { owner, .. } = tenant;
        let of = |parts: &[(&str, &str)]| Ask::of(operation, parts);
        match operation {
            "sign_up" => of(&[]).json(&json!({
                "email": format!("new{n}@example.org"), "password": PASSWORD, "name": "New", "tenant": format!("new-{n}"),
            })),
            "sign_in" => {
                of(&[]).json(&json!({"email": format!("owner@{}.example", tenant.slug), "password": PASSWORD}))
            }
            "accept_invitation" => {
                let email = format!("guest{n}@example.org");
                let made = self.app.create_invitation(owner, email, Role::Viewer).await.unwrap();
                of(&[]).json(&json!({"secret": made.secret, "name": "Guest", "password": PASSWORD}))
            }
            "update_tenant" => of(&[]).json(&json!({"name": "Acme", "timezone": "Europe/Paris"})),
            "create_tenant" => of(&[]).json(&json!({"slug": format!("more-{n}"), "name": "More"})),
            "sign_out" | "rotate_tenant_key" => of(&[]),
            "update_member" | "delete_member" => {
                let (member, ..) = self.member(owner, Role::Viewer).await;
                let id = member.user_id().unwrap().to_string();
                let key = if operation == "update_member" { "member" } else { "" };
                let ask = of(&[("user_id", &id)]);
                if key.is_empty() { ask } else { ask.json(&json!({"role": key})) }
            }
            "create_invitation" => {
                of(&[]).json(&json!({"email": format!("guest{n}@example.org"), "role": "viewer"}))
            }
            "delete_invitation" => {
                let email = format!("guest{n}@example.org");
                let made = self.app.create_invitation(owner, email, Role::Viewer).await.unwrap();
                of(&[("id", &made.invitation.id.to_string())])
            }
            "create_token" => of(&[]).json(&json!({"name": format!("t{n}"), "scopes": ["tokens:write"]})),
            "delete_token" => {
                let new = crontopus_app::NewToken {
                    name: format!("t{n}"),
                    scopes: vec![Scope::JobsRead],
                    days: None,
                };
                let made = self.app.create_token(owner, new).await.unwrap();
                of(&[("id", &made.token.id.to_string())])
            }
            "create_enroll_token" => of(&[]).json(&json!({"labels": {"role": "db"}, "uses": 2})),
            "delete_enroll_token" => {
                let new = crontopus_app::agents::NewEnrollToken::default();
                let made = self.app.create_enroll_token(owner, new).await.unwrap();
                of(&[("id", &made.token.id.to_string())])
            }
            "update_agent" => {
                let host = self.host(owner, false).await;
                of(&[("agent", &host.id)]).json(&json!({"labels": {"role": "web"}}))
            }
            "revoke_agent" | "confirm_agent" | "sync_agent" => {
                let host = self.host(owner, false).await;
                of(&[("agent", &host.id)])
            }
            "approve_agent" => {
                let host = self.host(owner, true).await;
                of(&[("agent", &host.id)])
            }
            "create_repository" => of(&[]).json(&json!({"name": format!("r{n}")})),
            "update_repository" | "delete_repository" | "sync_repository" => {
                let ask = of(&[("name", &self.spare_repository(owner).await)]);
                if operation == "update_repository" { ask.json(&json!({"branch": "trunk"})) } else { ask }
            }
            "rotate_repository_webhook" | "delete_repository_webhook" => {
                let (name, _) = self.mirror(owner).await;
                if operation == "delete_repository_webhook" {
                    self.app.rotate_repository_hook(owner, &name).await.unwrap();
                }
                of(&[("name", &name)])
            }
            "receive_repository_webhook" => {
                let (name, id) = self.mirror(owner).await;
                let (_, secret) = self.app.rotate_repository_hook(owner, &name).await.unwrap();
                of(&[("repository", &id)]).header("x-gitlab-event", "Push Hook").header("x-gitlab-token", secret)
            }
            "request_password_reset" => of(&[]).json(&json!({"email": format!("forgetful{n}@example.org")})),
            "reset_password" => {
                let (member, ..) = self.member(owner, Role::Viewer).await;
                let link = self.app.password_reset_link(&member.label).await.unwrap();
                let secret = link.split_once('#').unwrap().1;
                of(&[]).json(&json!({"secret": secret, "password": "another one, long enough"}))
            }
            // The sessions of who is asked about are needed by the other rows.
            "change_password" => {
                of(&[]).json(&json!({"password": "not the present one", "new_password": "another one, long enough"}))
            }
            "begin_passkey_sign_in" => of(&[]),
            "sign_in_with_passkey" => of(&[]).json(&json!({"credential": {}})),
            "begin_passkey" => of(&[]).json(&json!({"password": PASSWORD})),
            "create_passkey" => {
                of(&[]).json(&json!({"name": format!("p{n}"), "credential": {}}))
            }
            "update_passkey" | "delete_passkey" => self.passkey_example(owner, operation).await,
            "begin_second_factor" => of(&[]).json(&json!({"password": PASSWORD})),
            "confirm_second_factor" => of(&[]).json(&json!({"code": "000000"})),
            "disable_second_factor" | "renew_recovery_codes" => {
                of(&[]).json(&json!({"password": PASSWORD, "code": "000000"}))
            }
            "preview_schedule" => of(&[]).json(&json!({"schedule": "30 2 * * *", "timezone": "Europe/Berlin"})),
            "convert_crontab" => of(&[]).json(&json!({"text": "30 2 * * * /usr/bin/backup\n"})),
            "validate_manifests" => of(&[]).json(&json!({"text": BACKUP, "path": "production/backup.yaml"})),
            "pause_monitor" | "resume_monitor" | "rotate_monitor_key" => of(&[("id", &tenant.monitor)]),
            "acknowledge_incident" | "resolve_incident" => of(&[("id", &tenant.incident)]),
            "create_check_ins" => of(&[]).json(&json!({"monitor": "production/backup", "kind": "success"})),
            "get_key_check_in" | "post_key_check_in" => of(&[("key", &self.monitor_key(tenant).await)]),
            "get_key_signal" | "post_key_signal" => {
                of(&[("key", &self.monitor_key(tenant).await), ("signal", "3")])
            }
            "get_job_check_in" | "post_job_check_in" => {
                let key = self.app.rotate_tenant_key(owner).await.unwrap();
                of(&[("key", &key), ("namespace", "production"), ("job", "backup")])
            }
            "get_job_signal" | "post_job_signal" => {
                let key = self.app.rotate_tenant_key(owner).await.unwrap();
                of(&[("key", &key), ("namespace", "production"), ("job", "backup"), ("signal", "start")])
            }
            "create_enroll_challenge" => of(&[]).json(&json!({"token": self.enroll_token(owner, false).await})),
            "enroll_agent" => self.enrolment(owner, false).await.0,
            "send_heartbeat" => of(&[]).json(&json!({"commit": null, "spooled": 0, "clock_ms": 0})),
            "send_report" => of(&[]).json(&report(&tenant.commit)),
            "send_check_ins" => of(&[]).json(&json!({"items": [{
                "job": "ops/held", "run_id": "0192f3c1000070008000000000000001", "kind": "start",
                "at": "2026-11-24T12:00:00Z",
            }]})),
            "rotate_agent_key" => {
                let Credential::Signature(host) = &tenant.host else { panic!("the tenant has a host") };
                self.rotation(host)
            }
            "leave_tenant" => of(&[]).json(&json!({"kept": 0})),
            _ => panic!("`{operation}` has no example: add one, or nothing tests it"),
        }
    }

    /// A request about a passkey that this person has.
    pub(crate) async fn passkey_example(&self, whose: &Actor, operation: &str) -> Ask {
        let n = self.number();
        let passkey = Passkey {
            user_id: whose.user_id().unwrap(),
            id: PasskeyId::from_bits(n.into()),
            credential_id: format!("credential-{n}"),
            credential: "{}".to_owned(),
            name: format!("p{n}"),
            created_at: self.app.clock().now_ms(),
            used_at: None,
        };
        let mut tx = self.app.store().begin(SystemScope::for_sign_in()).await.unwrap();
        tx.create_passkey(&passkey).await.unwrap();
        tx.commit().await.unwrap();
        let ask = Ask::of(operation, &[("id", &passkey.id.to_string())]);
        if operation == "update_passkey" { ask.json(&json!({"name": "Phone"})) } else { ask }
    }

    /// Operations about who is told, and about what is shown to everybody.
    async fn telling(&self, tenant: &Tenant, operation: &str) -> Option<Ask> {
        let n = self.number();
        let Tenant { owner, .. } = tenant;
        let of = |parts: &[(&str, &str)]| Ask::of(operation, parts);
        let ask = match operation {
            "create_channel" => of(&[]).json(&json!({
                "name": format!("c{n}"), "kind": "webhook", "settings": {"url": HOOK},
            })),
            "get_channel" | "test_channel" => of(&[("id", &self.channel(tenant).await)]),
            "update_channel" => of(&[("id", &self.channel(tenant).await)]).json(&json!({"default": true})),
            "delete_channel" => of(&[("id", &self.new_channel(tenant).await)]),
            "create_snooze" => of(&[]).json(&json!({"label": format!("team=t{n}"), "minutes": 60})),
            "delete_snooze" => {
                let scope = SnoozeScope::Label("team".to_owned(), format!("t{n}"));
                let until = self.app.clock().now_ms() + 3_600_000;
                let new = NewSnooze { scope, until, reason: None };
                let made = self.app.create_snooze(owner, new).await.unwrap();
                of(&[("id", &made.id.to_string())])
            }
            "rotate_integration_key" => of(&[("kind", "healthchecks")]),
            "revoke_integration_key" => {
                self.app.rotate_integration_key(owner, Integration::Cronitor).await.unwrap();
                of(&[("kind", "cronitor")])
            }
            "get_discovered" | "ignore_discovered" | "restore_discovered" => {
                of(&[("id", &self.discovered(tenant).await)])
            }
            "snooze_incident" => of(&[("id", &tenant.incident)]).json(&json!({"minutes": 60})),
            "create_incident_note" => {
                of(&[("id", &tenant.incident)]).json(&json!({"text": "the disk was full"}))
            }
            "get_alert_link" | "follow_alert_link" => {
                let (incident, now) = (tenant.incident.parse().unwrap(), self.app.clock().now_ms());
                let link = self.app.link(LinkAction::Acknowledge, &tenant.slug, incident, now);
                of(&[("token", link.rsplit('/').next().unwrap())])
            }
            "put_status_page" => {
                of(&[]).json(&json!({"slug": format!("page-{n}"), "namespaces": ["production"]}))
            }
            "delete_status_page" | "create_badge_key" | "delete_badge_key" => of(&[]),
            "show_status_page" => {
                let slug = format!("page-{n}");
                let change = PageChange { slug: Some(slug.clone()), all_jobs: true, ..PageChange::default() };
                self.app.put_status_page(owner, change).await.unwrap();
                of(&[("slug", &slug)])
            }
            "show_badge" => of(&[("token", &self.badge_token(tenant).await), ("file", "all.svg")]),
            "show_job_badge" => of(&[
                ("token", &self.badge_token(tenant).await),
                ("namespace", "production"),
                ("file", "backup.json"),
            ]),
            _ => return None,
        };
        Some(ask)
    }

    /// Operations that change nothing.
    fn reading(&self, tenant: &Tenant, operation: &str) -> Option<Ask> {
        let of = |parts: &[(&str, &str)]| Some(Ask::of(operation, parts));
        let job: &[(&str, &str)] = &[("namespace", "production"), ("name", "backup")];
        match operation {
            "get_me"
            | "get_tenant"
            | "list_members"
            | "list_invitations"
            | "list_tokens"
            | "list_audit"
            | "list_enroll_tokens"
            | "list_agents"
            | "list_repositories"
            | "list_namespaces"
            | "list_jobs"
            | "list_monitors"
            | "list_runs"
            | "list_incidents"
            | "list_rejected_check_ins"
            | "get_public_page"
            | "get_overview"
            | "get_usage"
            | "get_second_factor"
            | "list_passkeys"
            | "get_timeline"
            | "get_agenda"
            | "get_schedule_load"
            | "list_channels"
            | "list_deliveries"
            | "get_delivery_queue"
            | "list_routes"
            | "list_policies"
            | "list_maintenance"
            | "list_snoozes"
            | "list_integrations"
            | "list_discovered"
            | "get_metrics"
            | "stream_events"
            | "get_liveness"
            | "get_readiness"
            | "get_openapi"
            | "get_manifest_schema"
            | "get_agent_config"
            | "stream_agent_events" => of(&[]),
            "get_agent" | "get_agent_plan" => of(&[("agent", &tenant.agent)]),
            "get_repository"
            | "get_repository_webhook"
            | "list_repository_commits"
            | "list_repository_diagnostics" => of(&[("name", "jobs")]),
            "get_job" | "get_job_blame" | "list_job_history" | "list_next_runs" | "get_job_statistics"
            | "get_job_calendar" | "get_job_durations" | "get_job_metrics" | "get_job_timeline" => of(job),
            "get_job_diff" => of(job).map(|ask| ask.query(&format!("from={0}&to={0}", tenant.commit))),
            "get_schedule_preview" => of(&[]).map(|ask| ask.query("schedule=%40daily&count=2")),
            "test_routes" => of(&[]).map(|ask| ask.query("job=production%2Fbackup&severity=critical")),
            "get_monitor" | "get_monitor_statistics" => of(&[("id", &tenant.monitor)]),
            "get_run" | "get_run_output" => of(&[("id", &tenant.run)]),
            "get_incident" => of(&[("id", &tenant.incident)]),
            _ => None,
        }
    }

    /// A repository that nothing needs, made when there is none: a tenant may have only so many.
    async fn spare_repository(&self, owner: &Actor) -> String {
        let there = self.app.list_repositories(owner, &Paging::first(2)).await.unwrap();
        if let Some(spare) = there.rows.iter().find(|repository| repository.name != "jobs") {
            return spare.name.clone();
        }
        let new = NewRepository { name: format!("r{}", self.number()), ..NewRepository::default() };
        self.app.connect_repository(owner, new).await.unwrap().name
    }

    /// A repository on another server, made when there is none; its name and id.
    pub(crate) async fn mirror(&self, owner: &Actor) -> (String, String) {
        let found = self.app.get_repository(owner, "mirror").await;
        let repository = match found {
            Ok(repository) => repository,
            Err(_) => {
                let url = "https://git.example/acme/jobs.git".to_owned();
                let remote = Some(NewRemote { url, ..NewRemote::default() });
                let new = NewRepository { name: "mirror".to_owned(), remote, ..NewRepository::default() };
                self.app.connect_repository(owner, new).await.unwrap()
            }
        };
        (repository.name, repository.id.to_string())
    }

    async fn monitor_key(&self, tenant: &Tenant) -> String {
        let id = tenant.monitor.parse().unwrap();
        self.app.rotate_monitor_key(&tenant.owner, id).await.unwrap()
    }

    /// A channel that is there; made when there is none.
    async fn channel(&self, tenant: &Tenant) -> String {
        match self.app.list_channels(&tenant.owner).await.unwrap().first() {
            Some(channel) => channel.id.to_string(),
            None => self.new_channel(tenant).await,
        }
    }

    async fn new_channel(&self, tenant: &Tenant) -> String {
        let new = NewChannel {
            name: format!("c{}", self.number()),
            kind: ChannelKind::Webhook,
            settings: json!({"url": HOOK}),
            is_default: false,
        };
        self.app.create_channel(&tenant.owner, new).await.unwrap().id.to_string()
    }

    /// Something that reported without being declared.
    async fn discovered(&self, tenant: &Tenant) -> String {
        let Tenant { owner, .. } = tenant;
        if let Some(found) = self.app.list_discovered(owner, &Paging::first(1)).await.unwrap().rows.first() {
            return found.id.to_string();
        }
        let key = self.app.rotate_integration_key(owner, Integration::Healthchecks).await.unwrap();
        let hash = crontopus_app::secret::hash(&key);
        let kinds = &[Integration::Healthchecks];
        let target = Target::Slug { hash, kinds, project: None, slug: "nightly".to_owned() };
        let check_in = CheckIn::new(CheckInKind::End { well: true }, RunKey::None);
        let mut signal = Signal::new(Door::Healthchecks, target, check_in, self.app.clock().now_ms());
        signal.terms.discover = true;
        self.app.check_in(vec![signal]).await.unwrap();
        let listed = self.app.list_discovered(owner, &Paging::first(1)).await.unwrap();
        listed.rows[0].id.to_string()
    }

    async fn badge_token(&self, tenant: &Tenant) -> String {
        self.app.create_badge_key(&tenant.owner).await.unwrap().badge_token.unwrap()
    }

    /// A host brings a new key.
    pub(crate) fn rotation(&self, host: &Host) -> Ask {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&self.number().to_be_bytes());
        let key = SecretKey::from_bytes(&seed);
        let public_key = key.public().to_base64();
        let proof = key.sign(&enroll_proof(&host.id, &public_key));
        Ask::of("rotate_agent_key", &[]).json(&json!({"public_key": public_key, "proof": proof}))
    }
}
