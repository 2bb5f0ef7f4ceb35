use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::is_default;
use crate::Code;
use crate::choice::choices;
use crate::decode::{Context, Fields, choice, list, non_empty, unique};
use crate::pattern::{Glob, glob};
use crate::selector::{Selector, selector};
use crate::yaml::Node;

/// Which agents hold a job. With both a selector and names, both must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["selector"]}, {"required": ["names"]}]))]
pub struct Host {
    /// Labels the agent must have; `{}` selects every agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// Names of agents, or globs such as `db-*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub names: Vec<Glob>,
    /// On how many of the matching hosts.
    #[serde(default, skip_serializing_if = "is_default")]
    #[schemars(extend("default" = "each"))]
    pub placement: Placement,
}

choices! {
    /// On how many of the matching hosts a job is placed.
    #[derive(Default)]
    pub enum Placement {
        /// On every one.
        #[default]
        Each = "each",
        /// On exactly one, and the same one while it is alive.
        One = "one",
    }
}

/// What a host is matched by.
#[derive(Debug, Clone, Copy)]
pub struct HostFacts<'a> {
    /// The agent's name.
    pub name: &'a str,
    /// The agent's labels.
    pub labels: &'a BTreeMap<String, String>,
}

impl Host {
    /// Whether the host is meant.
    pub fn matches(&self, host: &HostFacts<'_>) -> bool {
        let by_labels = self.selector.as_ref().is_none_or(|selector| selector.matches(host.labels));
        by_labels && (self.names.is_empty() || self.names.iter().any(|name| name.matches(host.name)))
    }
}

pub(super) fn host(node: &Node, cx: &mut Context) -> Option<Host> {
    const MOST_NAMES: usize = 1_000;
    let mut fields = Fields::of(node, cx)?;
    let selector = fields.optional(cx, "selector", selector);
    let names = fields.optional(cx, "names", non_empty(unique(list(MOST_NAMES, glob)))).unwrap_or_default();
    let placement = fields.optional(cx, "placement", choice).unwrap_or_default();
    if !fields.has("selector") && !fields.has("names") {
        let problem = (Code::MissingField, "no host is named".to_owned());
        fields.refuse_at(
            cx,
            "selector",
            problem,
            "add `names`, or `selector`; `selector: {}` means every host",
        );
    }
    fields.finish(cx);
    Some(Host { selector, names, placement })
}
