use std::path::PathBuf;

use crontopus_domain::RepositoryKind;
use crontopus_gitrepo::{CommitId, Quarantine, Repo};
use crontopus_ids::{RepositoryId, TenantId};
use crontopus_manifest::unknown_channels;
use crontopus_store::Repository;

use super::agent::followers;
use super::paths::blocking;
use super::plan;
use super::projection::filed;
use super::steps::{Source, Way};
use super::validate::channel_names;
use crate::access::{Actor, Role, Scope};
use crate::{App, Error, Result};

/// One reference of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedBranch {
    /// What it pointed to; all zeros when it is new.
    pub old: String,
    /// What it shall point to; all zeros when it is deleted.
    pub new: String,
    /// Full name.
    pub name: String,
}

/// A push that is not accepted yet.
#[derive(Debug, Clone)]
pub struct Push {
    /// Whose repository.
    pub tenant_id: TenantId,
    /// Which.
    pub repository_id: RepositoryId,
    /// Where the new objects are held back; `None` when nothing came.
    pub objects: Option<PathBuf>,
    /// What is pushed.
    pub branches: Vec<PushedBranch>,
    /// What the pusher said with `--push-option`.
    pub options: Vec<String>,
}

/// What is said to a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushVerdict {
    /// Whether it is accepted.
    pub accepted: bool,
    /// What the pusher reads, line by line.
    pub text: String,
}

/// A repository on disk that somebody may read, and perhaps push to.
#[derive(Debug, Clone)]
pub struct Hosted {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which.
    pub id: RepositoryId,
    /// Where.
    pub path: PathBuf,
}

/// The push option that allows to rewrite or delete the followed branch.
const ALLOW_REWRITE: &str = "crontopus.allow-rewrite";
/// Problems that are shown; a terminal holds no more.
const MOST_SHOWN: usize = 50;

impl App {
    /// The repository of that name for somebody who reads it; agents read what their tenant has.
    pub async fn hosted_repository(&self, tenant: TenantId, name: &str) -> Result<Hosted> {
        let found = self.read(tenant).await?.find_repository(name).await?;
        let found = found.ok_or_else(|| super::connect::missing(name))?;
        Ok(Hosted { tenant_id: tenant, id: found.id, path: self.repository_path(tenant, found.id) })
    }

    /// The repository of that name for somebody who pushes to it.
    pub async fn pushable_repository(&self, actor: &Actor, name: &str) -> Result<Hosted> {
        if !actor.may(Role::Member, Scope::JobsWrite) {
            return Err(Error::forbidden(
                "pushing wants the role `member`, and of a token the scope `jobs:write`",
            ));
        }
        let found = self.get_repository(actor, name).await?;
        if found.kind == RepositoryKind::Remote {
            let remote = found.remote_url.unwrap_or_default();
            return Err(Error::forbidden(format!("this is a mirror; push to {remote}")));
        }
        let path = self.repository_path(actor.tenant_id, found.id);
        Ok(Hosted { tenant_id: actor.tenant_id, id: found.id, path })
    }

    /// Judges a push before it is accepted. Only the followed branch is judged; others are taken as they are.
    pub async fn judge_push(&self, push: Push) -> Result<PushVerdict> {
        let mut read = self.read(push.tenant_id).await?;
        let repository = read.get_repository(push.repository_id).await?;
        let slug = read.get_tenant().await?.slug;
        drop(read);
        let followed = format!("refs/heads/{}", repository.branch);
        let Some(branch) = push.branches.iter().find(|b| b.name == followed) else {
            let text =
                format!("Only the branch `{}` is followed; nothing changes on any host.", repository.branch);
            return Ok(PushVerdict { accepted: true, text });
        };
        let allowed = push.options.iter().any(|o| o == ALLOW_REWRITE);
        if is_none(&branch.new) {
            return Ok(refuse_rewrite(&repository, "deleted"));
        }
        let Ok(new) = branch.new.parse::<CommitId>() else {
            return Ok(refused(format!("`{}` is no commit of a repository with SHA-1 ids.", branch.new)));
        };
        if !is_none(&branch.old) && !allowed && !self.is_forward(&push, &branch.old, new).await? {
            return Ok(refuse_rewrite(&repository, "rewritten"));
        }
        let repository_path = self.repository_path(push.tenant_id, push.repository_id);
        let source = match push.objects.clone() {
            Some(objects) => Source::Push { repository: repository_path, objects },
            None => Source::Repository(repository_path),
        };
        // Only the tip comes into force, and only the tip is judged.
        let way = Way { most: 1, ..self.way(source, slug, &repository, new) };
        let moved = match self.move_world(push.tenant_id, &repository, way).await {
            Ok(moved) => moved,
            // What cannot be read is the pusher's to mend.
            Err(Error::Internal { source, .. }) if source.is::<crontopus_gitrepo::Error>() => {
                return Ok(refused(chain(source.as_ref())));
            }
            Err(error) => return Err(error),
        };
        let mut read = self.read(push.tenant_id).await?;
        let channels = channel_names(&mut read).await?;
        let agents = followers(&mut read, &repository).await?;
        drop(read);
        let mut problems = moved.after.diagnostics.clone();
        let documents = moved.after.documents.iter().map(|own| &own.document);
        problems
            .extend(filed(&documents.flat_map(|own| unknown_channels(own, &channels)).collect::<Vec<_>>()));
        let errors = problems.iter().filter(|p| p.severity == "error").count();
        let mut text = plan::problems(&problems, MOST_SHOWN);
        if errors > 0 {
            let things = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
            text.push_str(&format!(
                "\nRefused: {things}. Nothing was changed. Mend them, commit, and push again.\n"
            ));
            return Ok(PushVerdict { accepted: false, text });
        }
        let now = self.clock.now();
        text.push_str(&plan::changes(&moved, &agents, now)?);
        Ok(PushVerdict { accepted: true, text })
    }

    async fn is_forward(&self, push: &Push, old: &str, new: CommitId) -> Result<bool> {
        let path = self.repository_path(push.tenant_id, push.repository_id);
        let (objects, old) = (push.objects.clone(), old.to_owned());
        blocking("comparing commits", move || {
            let old = old.parse()?;
            match objects {
                Some(objects) => Ok(Quarantine::new(&path, &objects)?.open()?.is_ancestor(old, new)?),
                None => Ok(Repo::open(&path)?.is_ancestor(old, new)?),
            }
        })
        .await
    }
}

fn is_none(id: &str) -> bool {
    id.bytes().all(|b| b == b'0')
}

fn refused(text: String) -> PushVerdict {
    PushVerdict { accepted: false, text: format!("Refused: {text}\n") }
}

fn refuse_rewrite(repository: &Repository, how: &str) -> PushVerdict {
    let branch = &repository.branch;
    let mut text = format!("Refused: `{branch}` is what the hosts follow; it would be {how}.\n");
    if how == "rewritten" {
        text.push_str(&format!(
            "Add to it with `git pull --rebase` and push again, or say that you mean it:\n\
             \x20 git push --force --push-option={ALLOW_REWRITE} origin {branch}\n"
        ));
    } else {
        text.push_str("Follow another branch first, or delete the repository.\n");
    }
    PushVerdict { accepted: false, text }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
