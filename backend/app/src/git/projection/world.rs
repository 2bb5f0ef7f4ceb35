use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crontopus_ids::{JobId, RepositoryId};
use crontopus_manifest::{Document, ParsedFile};
use crontopus_store::{DocumentForm, FiledDiagnostic, JobForm, JobRevision};

/// Which files a world knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every one.
    All,
    /// These; what the others say is in force and does not change.
    Files(BTreeSet<String>),
}

impl Scope {
    pub(super) fn holds(&self, file: &str) -> bool {
        match self {
            Self::All => true,
            Self::Files(files) => files.contains(file),
        }
    }
}

/// Makes ids of new jobs.
pub(crate) type Ids<'i> = dyn FnMut() -> JobId + 'i;

/// What is in force, as far as the scope reaches, and the files that say so.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) repository_id: RepositoryId,
    pub(crate) scope: Scope,
    /// Jobs in force from the scope's files.
    pub(crate) forms: BTreeMap<JobId, JobForm>,
    /// Removed jobs that may return under their ids.
    pub(crate) removed: BTreeMap<JobId, JobForm>,
    /// Names that other repositories of the tenant hold, with the repositories' names.
    pub(crate) foreign: BTreeMap<String, String>,
    /// Policies, routes and maintenances in force, of all files.
    pub(crate) documents: Vec<InForce>,
    /// The scope's files at the commit in force.
    pub(crate) files: BTreeMap<String, Arc<ParsedFile>>,
    /// Problems of the scope's files.
    pub(crate) diagnostics: Vec<FiledDiagnostic>,
    /// Changes of jobs since the world began.
    pub(crate) revisions: Vec<JobRevision>,
    /// How many commits were looked at, ever.
    pub(crate) steps: i64,
}

/// A document in force, as it is stored and as it is understood.
#[derive(Debug, Clone)]
pub(crate) struct InForce {
    pub(crate) form: DocumentForm,
    pub(crate) document: Document,
}

impl World {
    /// A world where nothing is in force.
    pub(crate) fn empty(repository_id: RepositoryId, scope: Scope) -> Self {
        Self {
            repository_id,
            scope,
            forms: BTreeMap::new(),
            removed: BTreeMap::new(),
            foreign: BTreeMap::new(),
            documents: Vec::new(),
            files: BTreeMap::new(),
            diagnostics: Vec::new(),
            revisions: Vec::new(),
            steps: 0,
        }
    }
}
