//! The authorization table against a running service: every row, called by everybody there is.

use std::sync::atomic::AtomicU64;

use crontopus_api::signature::SecretKey;
use crontopus_api::{Role, Scope};
use crontopus_app::Credentials;
use crontopus_app::access::{self, Actor};
use crontopus_http::access::{Row, TABLE, Tokens};
use jiff::SignedDuration;

use crate::ask::Ask;
use crate::callers::{Credential, Host};
use crate::seed::Tenant;
use crate::world::World;

/// Somebody who calls.
struct Caller {
    name: String,
    credential: Credential,
    who: Who,
}

/// What somebody is, as the table sees it.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// No credential, or a bad one.
    Nobody,
    Person(Role),
    /// A token with one scope, or with all, of a maker who is this now.
    Program(Option<Scope>, Role),
    Agent,
    /// The owner of another tenant.
    Stranger,
    /// A token of the other tenant's owner that has every scope.
    StrangeProgram,
    StrangeAgent,
}

/// What the table says to a caller.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// Let through: neither 401 nor 403, and what the example names is there.
    Through,
    /// Let through in their own tenant, where what the example names is not.
    Elsewhere,
    Status(u16),
}

fn verdict(row: &Row, who: Who) -> Verdict {
    use Verdict::{Elsewhere, Status, Through};
    if row.anonymous {
        return Through;
    }
    let program = |scope: Option<Scope>, role: Role| match row.tokens {
        Tokens::None => Status(403),
        Tokens::With(wanted) if scope.is_some_and(|scope| scope != wanted) => Status(403),
        _ if row.role.is_none_or(|least| role < least) => Status(403),
        _ => Through,
    };
    match who {
        Who::Nobody => Status(401),
        Who::Agent | Who::StrangeAgent => {
            if row.agent {
                Through
            } else {
                Status(401)
            }
        }
        Who::Person(role) => {
            if row.role.is_some_and(|least| role >= least) {
                Through
            } else {
                Status(403)
            }
        }
        Who::Program(scope, role) => program(scope, role),
        Who::Stranger => {
            if row.role.is_some() {
                Elsewhere
            } else {
                Status(403)
            }
        }
        Who::StrangeProgram => match program(None, Role::Owner) {
            Through => Elsewhere,
            refused => refused,
        },
    }
}

async fn callers(world: &World, tenant: &Tenant, other: &Actor) -> Vec<Caller> {
    let mut callers = Vec::new();
    let mut add =
        |name: &str, credential, who| callers.push(Caller { name: name.to_owned(), credential, who });
    let session = |secret: &str| Credential::Session(secret.to_owned());
    let owner = &tenant.owner;

    // Credentials that ended, first: the clock goes on.
    let old = world.api_token(owner, access::Scope::ALL).await;
    let (_, old_session, _) = world.member(owner, access::Role::Owner).await;
    world.clock.advance(SignedDuration::from_hours(24 * 31));
    let good = world.api_token(owner, access::Scope::ALL).await;
    let (gone, gone_session, _) = world.member(owner, access::Role::Admin).await;
    let gone_token = world.api_token(&gone, &[access::Scope::JobsRead]).await;
    world.app.delete_member(owner, gone.user_id().unwrap()).await.unwrap();
    let revoked = world.host(owner, false).await;
    world.app.revoke_agent(owner, &revoked.id).await.unwrap();
    let forged_key =
        Host { id: tenant.agent.clone(), key: SecretKey::from_bytes(&[1; 32]), seq: AtomicU64::new(1) };
    let last = if good.ends_with('a') { 'b' } else { 'a' };
    let mistyped = format!("{}{last}", &good[..good.len() - 1]);
    for (name, credential) in [
        ("nobody", Credential::Nothing),
        ("an expired token", Credential::Token(old)),
        ("an expired session", session(&old_session)),
        ("a cut token", Credential::Token(good[..good.len() - 4].to_owned())),
        ("a mistyped token", Credential::Token(mistyped)),
        ("a forged token", Credential::Token(format!("ctp_{}", "0".repeat(good.len() - 4)))),
        ("a forged session", session(&"0".repeat(gone_session.len()))),
        ("a session as a token", Credential::Token(gone_session.clone())),
        ("a member who was let go", session(&gone_session)),
        ("a token of a member who was let go", Credential::Token(gone_token)),
        ("a revoked agent", Credential::Signature(Box::new(revoked))),
        ("an agent with another key", Credential::Signature(Box::new(forged_key))),
    ] {
        add(name, credential, Who::Nobody);
    }

    for (role, wire) in
        access::Role::ALL.into_iter().zip([Role::Viewer, Role::Member, Role::Admin, Role::Owner])
    {
        let (_, secret, _) = world.member(owner, role).await;
        add(&format!("a {role}"), Credential::Session(secret), Who::Person(wire));
        // A token of a maker who has this role now.
        let (maker, ..) = world.member(owner, access::Role::Owner).await;
        let token = world.api_token(&maker, access::Scope::ALL).await;
        world.app.update_member(owner, maker.user_id().unwrap(), role).await.unwrap();
        add(&format!("a token of a {role}"), Credential::Token(token), Who::Program(None, wire));
    }
    for (own, wire) in access::Scope::ALL.iter().zip(Scope::ALL) {
        let token = Credential::Token(world.api_token(owner, &[*own]).await);
        add(&format!("a token with {wire}"), token, Who::Program(Some(*wire), Role::Owner));
    }
    let address = format!("owner@{}.example", other.tenant);
    let credentials = Credentials { email: &address, password: crate::seed::PASSWORD, code: None };
    let stranger = world.app.sign_in(access::Origin::default(), credentials).await.unwrap();
    add("another tenant's owner", Credential::Session(stranger.secret), Who::Stranger);
    let strange = world.api_token(other, access::Scope::ALL).await;
    add("another tenant's token", Credential::Token(strange), Who::StrangeProgram);
    let host = world.host(owner, false).await;
    add("an agent", Credential::Signature(Box::new(host)), Who::Agent);
    let host = world.host(other, false).await;
    add("another tenant's agent", Credential::Signature(Box::new(host)), Who::StrangeAgent);
    callers
}

/// Operations whose path names something of the tenant, or of nobody.
fn names_something(row: &Row, ask: &Ask) -> bool {
    let own = ask.path.starts_with("/api/v1/");
    let template = crate::contract::Contract::get().place(row.operation).1;
    // A kind of client is the same word for everybody.
    own && template.replace("{kind}", "").contains('{')
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_for_every_caller() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    // It has none of the names that the examples use, so what is there under one is the other's.
    let (other, _) = world.account("other").await;
    let mut callers = callers(&world, &tenant, &other).await;
    assert!(callers.len() > 35, "{}", callers.len());
    let mut wrong = Vec::new();
    for row in TABLE {
        // A session that ends itself is used up; the table says the same to the next one.
        if row.operation == "sign_out" {
            renew_sessions(&world, &tenant, &other, &mut callers).await;
        }
        for caller in &callers {
            world.pass_minutes(1);
            let ask = example(&world, &tenant, row, caller).await;
            let reply = world.send(&ask, &caller.credential).await;
            let wanted = verdict(row, caller.who);
            let fits = match wanted {
                Verdict::Status(status) => reply.status == status,
                Verdict::Through => ![401, 403, 404].contains(&reply.status) && reply.status < 500,
                Verdict::Elsewhere if names_something(row, &ask) => reply.status == 404,
                Verdict::Elsewhere => ![401, 403].contains(&reply.status) && reply.status < 500,
            };
            if !fits {
                let text = reply.text();
                wrong.push(format!(
                    "{} by {}: {} where {wanted:?}: {text}",
                    row.operation, caller.name, reply.status
                ));
            }
            if matches!(caller.who, Who::Stranger | Who::StrangeProgram | Who::StrangeAgent) {
                let secret = [&tenant.run, &tenant.monitor, &tenant.incident, &tenant.agent, &tenant.commit];
                let told =
                    |id: &&&String| reply.text().contains(id.as_str()) && !ask.target().contains(id.as_str());
                if let Some(id) = secret.iter().find(told) {
                    wrong.push(format!("{} tells {} of {id}", row.operation, caller.name));
                }
            }
        }
        if row.operation == "sign_out" {
            renew_sessions(&world, &tenant, &other, &mut callers).await;
        }
        if row.operation == "leave_tenant" {
            renew_hosts(&world, &tenant, &other, &mut callers).await;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of the answers are not as the table says:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The example of the row; what only the caller itself can prove is made for it.
async fn example(world: &World, tenant: &Tenant, row: &Row, caller: &Caller) -> Ask {
    match (&caller.credential, row.operation) {
        (Credential::Signature(host), "rotate_agent_key") => world.rotation(host),
        // Passkeys are a person's own.
        (Credential::Session(secret), "update_passkey" | "delete_passkey")
            if matches!(caller.who, Who::Person(_)) =>
        {
            world.passkey_example(&world.actor(secret).await, row.operation).await
        }
        _ => world.example(tenant, row.operation).await,
    }
}

/// An agent that has left is nobody any more.
async fn renew_hosts(world: &World, tenant: &Tenant, other: &Actor, callers: &mut [Caller]) {
    for caller in callers {
        let owner = match caller.who {
            Who::Agent => &tenant.owner,
            Who::StrangeAgent => other,
            _ => continue,
        };
        caller.credential = Credential::Signature(Box::new(world.host(owner, false).await));
    }
}

async fn renew_sessions(world: &World, tenant: &Tenant, other: &Actor, callers: &mut [Caller]) {
    for caller in callers {
        let secret = match caller.who {
            Who::Person(role) => {
                let role = access::Role::ALL.into_iter().find(|r| r.to_string() == role.to_string()).unwrap();
                world.member(&tenant.owner, role).await.1
            }
            Who::Stranger => world.member(other, access::Role::Owner).await.1,
            _ => continue,
        };
        caller.credential = Credential::Session(secret);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_good_in_its_own_tenants_and_from_its_own_pages_alone() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let other = world.tenant("other").await;
    let me = Ask::of("get_me", &[]);
    let elsewhere = me.clone().header("crontopus-tenant", &*other.slug);
    for by in [&tenant.session, &tenant.token] {
        assert_eq!(world.send(&me, by).await.ok(200)["tenant"], "acme");
        let status = world.send(&elsewhere, by).await.status;
        assert!([401, 403, 404].contains(&status), "{status}");
    }
    let pause = Ask::of("pause_monitor", &[("id", &tenant.monitor)]);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let ask = pause.clone().header(name, value);
        assert_eq!(world.send(&ask, &tenant.session).await.ok(403)["code"], "cross_site");
        // A token is no browser's to send.
        world.send(&ask, &tenant.token).await.ok(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_is_taken_once_and_as_it_was_signed() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let ask = world.example(&tenant, "send_heartbeat").await;
    let headers = tenant.host.headers(&world, &ask);
    let signed = headers.iter().fold(ask.clone(), |ask, (name, value)| ask.header(name, value.clone()));
    world.send(&signed, &Credential::Nothing).await.ok(200);
    assert_eq!(world.send(&signed, &Credential::Nothing).await.ok(401)["code"], "replayed");
    let fresh = |ask: &Ask| {
        let headers = tenant.host.headers(&world, ask);
        headers.iter().fold(ask.clone(), |ask, (name, value)| ask.header(name, value.clone()))
    };
    let mut changed = fresh(&ask);
    changed.body = br#"{"commit":null,"spooled":1,"clock_ms":0}"#.to_vec();
    assert_eq!(world.send(&changed, &Credential::Nothing).await.ok(401)["code"], "invalid_signature");
    let moved = Ask { path: "/agent/v1/report".to_owned(), ..fresh(&ask) };
    assert_eq!(world.send(&moved, &Credential::Nothing).await.ok(401)["code"], "invalid_signature");
    let late = fresh(&ask);
    world.pass_minutes(30);
    assert_eq!(world.send(&late, &Credential::Nothing).await.ok(401)["code"], "clock_skew");
}
