use std::collections::BTreeSet;

use crontopus_manifest::{
    Diagnostic, Document, Kind, ParsedFile, Repository, Surroundings, is_manifest_path,
};
use crontopus_store::{FiledDiagnostic, Read, TenantScope};

use super::connect::missing;
use super::paths::blocking;
use super::projection::{document_form, filed, parse};
use crate::access::Actor;
use crate::{App, Error, Result};

/// Files that are read at once.
const MOST_FILES: usize = 1_000;

/// Files to be looked at, as path and text.
#[derive(Debug, Clone, Default)]
pub struct ManifestFiles {
    /// Path in the repository, and text.
    pub files: Vec<(String, String)>,
    /// Name of the repository whose policies and routes apply too.
    pub repository: Option<String>,
}

/// What was found in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatedFiles {
    /// Every problem, warnings included.
    pub problems: Vec<FiledDiagnostic>,
    /// Valid jobs, as `namespace/name`.
    pub jobs: Vec<String>,
}

impl ValidatedFiles {
    /// Whether a push of just these would be taken.
    pub fn is_valid(&self) -> bool {
        self.problems.iter().all(|problem| problem.severity != "error")
    }
}

impl App {
    /// Checks files as a push would, and changes nothing.
    pub async fn validate_manifests(&self, actor: &Actor, asked: ManifestFiles) -> Result<ValidatedFiles> {
        if asked.files.len() > MOST_FILES {
            return Err(Error::invalid("/files", "at most 1,000 files"));
        }
        for (at, (path, _)) in asked.files.iter().enumerate() {
            if !is_manifest_path(path) {
                let detail = "a manifest's path ends in .yaml or .yml, and no part of it begins with a dot";
                return Err(Error::invalid(format!("/files/{at}/path"), detail));
            }
        }
        let mut read = self.read(actor.tenant_id).await?;
        let tenant = read.get_tenant().await?.slug;
        let standing = match &asked.repository {
            None => Vec::new(),
            Some(name) => {
                let repository = read.find_repository(name).await?.ok_or_else(|| missing(name))?;
                read.list_documents(repository.id).await?
            }
        };
        let channels = channel_names(&mut read).await?;
        drop(read);
        let standing = standing.into_iter().map(document_form).collect::<Result<Vec<_>>>()?;
        blocking("checking manifests", move || {
            let parsed: Vec<ParsedFile> =
                asked.files.iter().map(|(path, text)| parse(path, text.as_bytes(), &tenant)).collect();
            let own: BTreeSet<&str> = asked.files.iter().map(|(path, _)| path.as_str()).collect();
            let said: BTreeSet<(Kind, &str)> =
                parsed.iter().flat_map(|f| &f.documents).map(|d| (d.kind, d.key.as_str())).collect();
            // What the files say anew takes the place of what the repository says.
            let replaced = |document: &Document| {
                own.contains(document.file.as_str()) || said.contains(&(document.kind, document.key.as_str()))
            };
            let rest: Vec<&Document> =
                standing.iter().map(|own| &own.document).filter(|document| !replaced(document)).collect();
            let others: BTreeSet<&str> = rest.iter().map(|document| document.file.as_str()).collect();
            let beside = rest
                .iter()
                .map(|document| ParsedFile { documents: vec![(*document).clone()], ..ParsedFile::default() });
            let surroundings = Surroundings { tenant: None, channels: Some(&channels) };
            let found = Repository::of_parsed(parsed.iter().cloned().chain(beside), &surroundings);
            let problems: Vec<Diagnostic> =
                found.diagnostics.into_iter().filter(|d| !others.contains(d.file.as_str())).collect();
            let jobs = found.jobs.keys().map(ToString::to_string).collect();
            Ok(ValidatedFiles { problems: filed(&problems), jobs })
        })
        .await
    }
}

/// Names that routes may send to.
pub(super) async fn channel_names(read: &mut Read<TenantScope>) -> Result<BTreeSet<String>> {
    Ok(read.list_channels().await?.into_iter().map(|channel| channel.name).collect())
}
