use std::collections::BTreeSet;

use crontopus_app::checks::Check;
use crontopus_app::rows::PublicPage;
use serde_json::{Map, Value, json};

/// Where the tenant's badges are, once it has switched them on.
pub(super) struct Addresses(String);

impl Addresses {
    pub(super) fn of(page: &PublicPage, base: &str) -> Option<Self> {
        page.badge_token.as_ref().map(|token| Self(format!("{base}/badge/{token}")))
    }

    /// The badge of one check.
    pub(super) fn of_check(&self, check: &Check) -> String {
        format!("{}/{}/{}.svg", self.0, check.monitor.namespace, check.monitor.name)
    }

    /// The badges of all checks together (`*`) and of each label. Ours have three states and more: those that are
    /// to have two are the same.
    pub(super) fn of_tags(&self, checks: &[Check]) -> Map<String, Value> {
        let labels = checks.iter().flat_map(|check| &check.job).flat_map(|job| &job.labels);
        let labels: BTreeSet<String> = labels.map(|(key, value)| format!("{key}={value}")).collect();
        let all = ("*".to_owned(), self.of_tag("all"));
        std::iter::once(all)
            .chain(labels.into_iter().map(|label| (label.clone(), self.of_tag(&label))))
            .collect()
    }

    fn of_tag(&self, tag: &str) -> Value {
        let tag = tag.replace('/', "%2F");
        let [svg, json, shields] =
            ["svg", "json", "shields"].map(|ending| format!("{}/{tag}.{ending}", self.0));
        json!({ "svg": svg, "svg3": svg, "json": json, "json3": json, "shields": shields, "shields3": shields })
    }
}
