//! What of the host the desired state is made on. When it changes, entries may have to change with it,
//! although Git says what it said.

use std::fs;

use anyhow::Context as _;
use crontopus_manifest::spec::Layout;
use crontopus_manifest::{Policy, policy};
use crontopus_schedule::Profile;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::host;
use crate::settings::Settings;

/// The host at one moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ground {
    /// Its IANA zone.
    pub(crate) zone: String,
    /// Version of its time zone data.
    tzdata: Option<String>,
    /// Whose rules the native scheduler follows.
    pub(crate) profile: Profile,
    /// What the host decides.
    pub(crate) settings: Settings,
    /// Its own policies, which only tighten what Git allows.
    pub(crate) policies: Vec<Policy>,
    users: String,
    /// Schedules of another zone are rendered for this year and the two that follow.
    year: i16,
}

impl Ground {
    /// Looks at the host.
    pub(crate) fn of(layout: &Layout, profile: Profile, now: Timestamp) -> anyhow::Result<Self> {
        let settings = Settings::load(layout)?;
        Ok(Self {
            zone: host::timezone(),
            tzdata: host::tzdata_version(),
            profile,
            policies: local_policies(&settings)?,
            settings,
            users: host::users(),
            year: now.to_zoned(TimeZone::UTC).year(),
        })
    }
}

fn local_policies(settings: &Settings) -> anyhow::Result<Vec<Policy>> {
    let Some(path) = &settings.policy_file else { return Ok(Vec::new()) };
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (policies, diagnostics) = policy::parse_local(&path.to_string_lossy(), &text);
    if let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        anyhow::bail!("{first}");
    }
    Ok(policies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_differs_with_whatever_entries_are_made_on() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let (rules, now) = (dir.path().join("policy.yaml"), "2026-12-31T23:59:59Z".parse().unwrap());
        let look = |now| Ground::of(&layout, Profile::DebianCron, now).unwrap();
        let write = |text: &str| fs::write(dir.path().join("agent.toml"), text).unwrap();
        let policy = |user: &str| {
            let text = format!(
                "apiVersion: v1\nkind: Policy\nmetadata: {{name: a}}\nspec: {{rules: {{deniedUsers: [{user}]}}}}\n"
            );
            fs::write(&rules, text).unwrap();
        };
        let mut seen = vec![look(now)];
        assert_eq!(look(now), seen[0], "the same twice");
        write("drift = \"warn\"\n");
        seen.push(look(now));
        policy("root");
        write(&format!("policy_file = \"{}\"\n", rules.display()));
        seen.push(look(now));
        policy("jobs");
        seen.push(look(now));
        seen.push(look("2027-01-01T00:00:00Z".parse().unwrap()));
        seen.push(Ground::of(&layout, Profile::Cronie, now).unwrap());
        for (at, one) in seen.iter().enumerate() {
            assert!(seen[..at].iter().all(|other| other != one), "{at}: {one:?}");
        }
        fs::write(&rules, "nonsense: [").unwrap();
        assert!(Ground::of(&layout, Profile::DebianCron, now).is_err());
    }
}
