use crontopus_api as api;
use crontopus_app::{self as app, rows};

use super::{at, role, stored_role, stored_scopes};

/// Who calls.
pub(crate) fn me(me: app::WhoAmI) -> api::Me {
    api::Me {
        user: me.user.map(|u| api::UserView {
            id: u.id,
            email: u.email,
            name: u.name,
            created_at: at(u.created_at),
        }),
        tenant_id: me.tenant_id,
        tenant: me.tenant,
        role: role(me.role),
        scopes: me.scopes.map(|s| s.iter().filter_map(|s| s.as_str().parse().ok()).collect()),
        memberships: me.memberships.into_iter().map(membership).collect(),
    }
}

fn membership(row: rows::Membership) -> api::Membership {
    api::Membership { tenant_id: row.tenant_id, tenant: row.slug, role: stored_role(&row.role) }
}

/// A tenant.
pub(crate) fn tenant(row: rows::Tenant) -> api::Tenant {
    let rows::Tenant { id, slug, name, timezone, created_at } = row;
    api::Tenant { id, slug, name, timezone, created_at: at(created_at) }
}

/// A member.
pub(crate) fn member(row: rows::Member) -> api::Member {
    let rows::Member { user_id, email, name, role, joined_at } = row;
    api::Member { user_id, email, name, role: stored_role(&role), joined_at: at(joined_at) }
}

/// An invitation.
pub(crate) fn invitation(row: rows::Invitation) -> api::Invitation {
    let role = stored_role(&row.role);
    api::Invitation { id: row.id, email: row.email, role, expires_at: at(row.expires_at) }
}

/// A fresh invitation.
pub(crate) fn created_invitation(made: app::CreatedInvitation) -> api::CreatedInvitation {
    api::CreatedInvitation { invitation: invitation(made.invitation), secret: made.secret }
}

/// An API token.
pub(crate) fn token(row: rows::Token) -> api::Token {
    api::Token {
        id: row.id,
        name: row.name,
        hint: row.hint,
        scopes: stored_scopes(&row.scopes),
        created_by: row.email,
        created_at: at(row.created_at),
        expires_at: row.expires_at.map(at),
        last_used_at: row.used_at.map(at),
    }
}

/// A fresh API token.
pub(crate) fn created_token(made: app::CreatedToken) -> api::CreatedToken {
    api::CreatedToken { token: token(made.token), secret: made.secret }
}

/// A line of the audit log.
pub(crate) fn audit_entry(row: rows::AuditLine) -> api::AuditEntry {
    let rows::AuditLine { id, at: ms, actor, action, target, remote_addr, detail } = row;
    api::AuditEntry { id, at: at(ms), actor, action, target, remote_addr, detail }
}
