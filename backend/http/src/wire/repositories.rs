use crontopus_api as api;
use crontopus_app::git::{Hook, RepositoryCommit};
use crontopus_app::rows;

use super::at;
use super::monitoring::same;

/// A repository of the tenant with this slug.
pub(crate) fn repository(row: rows::Repository, tenant: &str) -> api::Repository {
    api::Repository {
        git_path: format!("/git/{tenant}/{}.git", row.name),
        id: row.id,
        name: row.name,
        kind: same(row.kind).unwrap_or(api::RepositoryKind::BuiltIn),
        remote_url: row.remote_url,
        branch: row.branch,
        sync_interval_seconds: row.sync_interval_s.try_into().unwrap_or(u32::MAX),
        state: same(row.state).unwrap_or(api::SyncState::Empty),
        commit: row.commit,
        synced_at: row.synced_at.map(at),
        error: row.error,
        jobs: row.jobs.unsigned_abs(),
        errors: row.errors.unsigned_abs(),
        created_at: at(row.created_at),
    }
}

/// A commit.
pub(crate) fn commit(row: RepositoryCommit) -> api::Commit {
    api::Commit {
        id: row.id,
        summary: row.summary,
        author: row.author,
        authored_at: at(row.authored_at),
        applied_agents: Some(row.applied_agents),
        agents: Some(row.agents),
    }
}

/// A problem of a manifest.
pub(crate) fn diagnostic(row: rows::FiledDiagnostic) -> api::Diagnostic {
    api::Diagnostic {
        severity: match row.severity.as_str() {
            "warning" => api::DiagnosticSeverity::Warning,
            _ => api::DiagnosticSeverity::Error,
        },
        file: row.file,
        line: usize::try_from(row.line).unwrap_or_default(),
        column: usize::try_from(row.column).unwrap_or_default(),
        path: row.path,
        code: row.code,
        message: row.message,
        help: row.help,
    }
}

/// A repository's webhook, with the address to give to the Git server.
pub(crate) fn webhook(public_url: &str, hook: Hook) -> api::RepositoryWebhook {
    let row = hook.row.as_ref();
    let provider = row.and_then(|row| row.provider.as_deref()?.parse::<rows::GitProvider>().ok());
    api::RepositoryWebhook {
        url: format!("{public_url}/hooks/{}", hook.repository),
        active: row.is_some(),
        created_at: row.map(|row| at(row.created_at)),
        received_at: row.and_then(|row| row.received_at).map(at),
        provider: provider.and_then(same),
    }
}
