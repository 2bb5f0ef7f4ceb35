use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a tenant shows to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicPage {
    /// The status page; absent when it is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_page: Option<StatusPage>,
    /// The badges; absent when they are off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badges: Option<Badges>,
}

/// A status page that everybody with its address can see: names of jobs, how they are, and how their runs ended on
/// each of the last 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusPage {
    /// Name in its address.
    pub slug: String,
    /// Its address.
    pub url: String,
    /// What stands above it.
    pub title: String,
    /// Jobs of these namespaces are shown; of all namespaces when empty.
    pub namespaces: Vec<String>,
    /// Of these, the jobs with all of these labels.
    pub labels: BTreeMap<String, String>,
    /// All jobs are shown, whatever the other two say.
    pub all_jobs: bool,
}

/// `PUT /api/v1/tenant/status-page`: switches the status page on, or changes it. Which jobs everybody may see must
/// be said: namespaces, labels, or all.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutStatusPage {
    /// Name in its address, `[a-z0-9]([-a-z0-9]*[a-z0-9])?`; the one it has, or one that nobody guesses, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What stands above it; the tenant's name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Jobs of these namespaces.
    #[serde(default)]
    pub namespaces: Vec<String>,
    /// Jobs with all of these labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// All jobs.
    #[serde(default)]
    pub all_jobs: bool,
}

/// Badges that everybody with the token can see, each with one word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Badges {
    /// Part of their addresses; not a secret once a badge is shown somewhere.
    pub token: String,
    /// The badge of everything: `…/all.svg`, also as `.json` and `.shields`.
    pub all_url: String,
    /// The badge of a job; replace `{namespace}` and `{name}`.
    pub job_url: String,
    /// The badge of the jobs with a label; replace `{key}` and `{value}`.
    pub label_url: String,
}

/// A badge as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Badge {
    /// `up`, `late`, `down`, `unknown`, `paused` or `new`.
    pub status: String,
}
