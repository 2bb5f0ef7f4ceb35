//! The shape of `docs/arrows.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// All rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// By package name: which of our own crates it may use. A package that is missing here is an offence.
    pub(super) crates: BTreeMap<String, Arrows>,
    #[serde(default)]
    pub(super) libraries: Vec<Library>,
    #[serde(default)]
    pub(super) sources: Vec<Source>,
}

/// What one crate may use.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arrows {
    pub(super) uses: Vec<String>,
    #[serde(default)]
    pub(super) dev_uses: Vec<String>,
}

/// External libraries that belong to some crates.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Library {
    pub(super) what: String,
    pub(super) names: Vec<String>,
    pub(super) only: Vec<String>,
    pub(super) remedy: String,
    /// Who may name them for tests alone: by default nobody but the owners.
    #[serde(default)]
    pub(super) dev: Dev,
}

/// Whether tests are held to the rule as well.
#[derive(Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Dev {
    #[default]
    Owners,
    Any,
}

/// Words that only some crates may have in their sources, tests apart.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) what: String,
    pub(super) words: Vec<String>,
    pub(super) only: Vec<String>,
    pub(super) remedy: String,
}
