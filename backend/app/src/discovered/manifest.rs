use std::time::Duration;

use crontopus_domain::Proposal;
use crontopus_manifest::{DEFAULT_NAMESPACE, format_duration, parse_file};
use crontopus_store::Discovered;

/// A manifest that would declare what was discovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where it belongs in the repository.
    pub file: String,
    /// Its text.
    pub manifest: String,
}

/// Writes the manifest that would declare `found`. It is valid: what the sender proposed and no manifest can
/// hold stands in a comment.
pub fn draft(found: &Discovered) -> Draft {
    let namespace = found.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let file = match namespace {
        DEFAULT_NAMESPACE => format!("{}.yaml", found.name),
        namespace => format!("{namespace}/{}.yaml", found.name),
    };
    let head = format!(
        "# `{}` checks in and no manifest declares it.\napiVersion: crontopus/v1\nkind: Job\nmetadata:\n  name: {}\nspec:\n",
        shown(&found.slug),
        quoted(&found.name),
    );
    let mut text = format!("{head}{}", timing(&head, &file, &found.proposal));
    for (field, said) in fields(&found.proposal) {
        let line = format!("  {field}: {said}\n");
        match is_valid(&file, &format!("{text}{line}")) {
            true => text.push_str(&line),
            false => text.push_str(&format!("  # proposed, and not valid here: {field}: {said}\n")),
        }
    }
    Draft { file, manifest: text }
}

/// When it starts: what was proposed, or a job without a time and the hint to give it one.
fn timing(head: &str, file: &str, proposal: &Proposal) -> String {
    let schedule = proposal.schedule.as_deref().map(|cron| format!("  schedule: {}\n", quoted(cron)));
    let every = proposal.every_ms.map(|ms| format!("  every: {}\n", duration(ms)));
    let Some(line) = schedule.or(every) else {
        return "  # Say when it runs, for example schedule: \"0 2 * * *\"; until then only failures are noticed.\n  \
                on-demand: true\n"
            .to_owned();
    };
    match is_valid(file, &format!("{head}{line}")) {
        true => line,
        false => format!("  # proposed, and not valid here: {}\n  on-demand: true\n", line.trim()),
    }
}

/// The other fields that were proposed, as they are written.
fn fields(proposal: &Proposal) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    fields.extend(proposal.timezone.as_deref().map(|zone| ("timezone", quoted(zone))));
    fields.extend(proposal.late_ms.map(|ms| ("startWindow", format!("{{late: {}}}", duration(ms)))));
    fields.extend(proposal.max_runtime_ms.map(|ms| ("maxRuntime", duration(ms))));
    let after = proposal.alert_after.map(|n| format!("after: {n}"));
    let recover = proposal.recover_after.map(|n| format!("recoverAfter: {n}"));
    let alerts: Vec<String> = after.into_iter().chain(recover).collect();
    if !alerts.is_empty() {
        fields.push(("alerts", format!("{{{}}}", alerts.join(", "))));
    }
    fields
}

fn is_valid(file: &str, text: &str) -> bool {
    parse_file(file, text.as_bytes()).diagnostics.is_empty()
}

fn duration(ms: i64) -> String {
    format_duration(Duration::from_millis(ms.unsigned_abs()))
}

/// A YAML text in double quotes; JSON's are that.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text of a stranger's on one line of a comment.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '`' { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use crontopus_ids::DiscoveredId;
    use crontopus_manifest::Severity;

    use super::*;

    fn discovered(slug: &str, namespace: Option<&str>, name: &str, proposal: Proposal) -> Discovered {
        Discovered {
            id: DiscoveredId::from_bits(1),
            slug: slug.into(),
            namespace: namespace.map(str::to_owned),
            name: name.into(),
            dialect: "sentry".into(),
            proposal,
            first_seen_at: 0,
            last_seen_at: 0,
            check_ins: 1,
            ignored_at: None,
            job_id: None,
        }
    }

    #[test]
    fn what_was_proposed_becomes_a_manifest() {
        let proposal = Proposal {
            schedule: Some("*/10 * * * *".into()),
            timezone: Some("Europe/Vienna".into()),
            late_ms: Some(300_000),
            max_runtime_ms: Some(1_800_000),
            alert_after: Some(2),
            recover_after: Some(1),
            every_ms: None,
        };
        let draft = draft(&discovered("ops--poll", Some("ops"), "poll", proposal));
        assert_eq!(draft.file, "ops/poll.yaml");
        assert_eq!(
            draft.manifest,
            "# `ops--poll` checks in and no manifest declares it.\napiVersion: crontopus/v1\nkind: Job\n\
             metadata:\n  name: \"poll\"\nspec:\n  schedule: \"*/10 * * * *\"\n  timezone: \"Europe/Vienna\"\n  \
             startWindow: {late: 5m}\n  maxRuntime: 30m\n  alerts: {after: 2, recoverAfter: 1}\n"
        );
    }

    #[test]
    fn whatever_is_proposed_the_manifest_is_valid() {
        let odd = Proposal {
            schedule: Some("every day\n- x".into()),
            every_ms: Some(-5),
            timezone: Some("Mars/\"Olympus\"\n#".into()),
            late_ms: Some(i64::MAX),
            max_runtime_ms: Some(0),
            alert_after: Some(0),
            recover_after: Some(u32::MAX),
        };
        for (slug, proposal) in [
            ("x", Proposal::default()),
            ("a\nkind: Route`", odd),
            ("y", Proposal { every_ms: Some(900_000), ..Proposal::default() }),
            ("z", Proposal { every_ms: Some(1), ..Proposal::default() }),
        ] {
            let draft = draft(&discovered(slug, None, "backup", proposal));
            let parsed = parse_file(&draft.file, draft.manifest.as_bytes());
            let errors: Vec<_> =
                parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
            assert!(errors.is_empty() && parsed.documents.len() == 1, "{}\n{errors:?}", draft.manifest);
        }
    }
}
