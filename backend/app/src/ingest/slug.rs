//! What clients of other monitors call a job: one word, where ours has a namespace and a name.

use crontopus_ids::TenantId;
use crontopus_store::JobName;

use crate::secret;

/// Between namespace and name in a slug.
const SEPARATOR: &str = "--";

/// Longest slug that is looked at: two labels of 63 and what stands between them.
pub const LONGEST_SLUG: usize = 128;

/// Longest name of a job or a namespace.
const LONGEST_NAME: usize = crontopus_manifest::MAX_LABEL;

/// The jobs that `slug` may mean: `namespace--name` divided at every place, `namespace/name`, or a name alone; as it
/// is, and turned into what a manifest can call it. None for what is longer than [`LONGEST_SLUG`]: its divisions would
/// be many.
pub(super) fn names(tenant_id: TenantId, slug: &str) -> Vec<JobName> {
    let mut found = Vec::new();
    if slug.is_empty() || slug.len() > LONGEST_SLUG {
        return found;
    }
    let mut add = |namespace: Option<String>, name: String| {
        let name = JobName { tenant_id, namespace, name };
        if !found.contains(&name) {
            found.push(name);
        }
    };
    let divided = slug.match_indices(SEPARATOR).map(|(at, _)| (&slug[..at], &slug[at + SEPARATOR.len()..]));
    for (namespace, name) in divided.chain(slug.split_once('/')) {
        if !namespace.is_empty() && !name.is_empty() {
            add(Some(namespace.to_owned()), name.to_owned());
            if let Some((namespace, name)) = place(namespace, name) {
                add(Some(namespace), name);
            }
        }
    }
    if !slug.contains('/') {
        add(None, slug.to_owned());
        add(None, named(slug));
    }
    let (namespace, name) = proposed(slug);
    add(namespace, name);
    found
}

/// Namespace and name of a job that would be found by `slug`, if it were declared. Both are what a manifest can call
/// it.
pub(super) fn proposed(slug: &str) -> (Option<String>, String) {
    let divided = slug.split_once('/').or_else(|| slug.split_once(SEPARATOR));
    match divided.and_then(|(namespace, name)| place(namespace, name)) {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, named(slug)),
    }
}

/// What a manifest can call a job that a client calls so; `None` where the namespace has no letter that can be kept.
pub(super) fn place(namespace: &str, name: &str) -> Option<(String, String)> {
    Some((label(namespace)?, named(name)))
}

/// What a manifest can call something that a client calls `text`; what has no letter that can be kept is told apart
/// all the same.
fn named(text: &str) -> String {
    label(text).unwrap_or_else(|| format!("job-{}", digest(text)))
}

/// Lower-case letters, digits and `-` between them. Of what is too long the end gives way to a digest of the whole, so
/// that what differs there only is told apart.
fn label(text: &str) -> Option<String> {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let mapped: String = text.chars().map(letter).collect();
    let mut label = mapped.trim_matches('-').to_owned();
    if label.len() > LONGEST_NAME {
        let digest = digest(text);
        label.truncate(LONGEST_NAME - digest.len() - 1);
        label = format!("{label}-{digest}");
    }
    (!label.is_empty()).then_some(label)
}

/// Eight letters that stand for a text.
fn digest(text: &str) -> String {
    let mut digest = secret::hash(text);
    digest.truncate(8);
    digest
}

#[cfg(test)]
mod tests {
    use crontopus_manifest::is_dns_label;
    use proptest::prelude::*;

    use super::*;

    fn texts(slug: &str) -> Vec<String> {
        let name = |n: JobName| format!("{}/{}", n.namespace.as_deref().unwrap_or("*"), n.name);
        names(TenantId::from_bits(1), slug).into_iter().map(name).collect()
    }

    #[test]
    fn a_slug_is_divided_wherever_it_can_be() {
        for (slug, wanted) in [
            ("backup", &["*/backup"][..]),
            ("ops--backup", &["ops/backup", "*/ops--backup"]),
            ("a--b--c", &["a/b--c", "a--b/c", "*/a--b--c"]),
            ("ops/backup", &["ops/backup"]),
            ("Ops/Night run", &["Ops/Night run", "ops/night-run"]),
            ("Ops--_x", &["Ops/_x", "ops/x", "*/Ops--_x", "*/ops---x"]),
            ("My Job", &["*/My Job", "*/my-job"]),
            ("--x", &["*/--x", "*/x"]),
            ("a---b", &["a/-b", "a/b", "*/a---b"]),
            ("", &[]),
        ] {
            assert_eq!(texts(slug), wanted, "{slug}");
        }
    }

    #[test]
    fn a_long_slug_is_divided_nowhere() {
        assert!(texts(&"-".repeat(LONGEST_SLUG)).len() < 2 * LONGEST_SLUG);
        assert_eq!(texts(&"-".repeat(LONGEST_SLUG + 1)), [""; 0]);
        assert_eq!(texts(&"a--".repeat(400_000)), [""; 0]);
    }

    #[test]
    fn what_would_be_declared() {
        let long = "Nightly ".repeat(12);
        for (slug, wanted) in [
            ("backup", (None, "backup")),
            ("ops--backup", (Some("ops"), "backup")),
            ("My Job!", (None, "my-job")),
            ("ops/Night run", (Some("ops"), "night-run")),
            ("a---b", (Some("a"), "b")),
            ("Ops--_x", (Some("ops"), "x")),
            ("--x", (None, "x")),
            ("???", (None, "job-a03b221c")),
            (&long, (None, "nightly-nightly-nightly-nightly-nightly-nightly-nightl-f1c31c09")),
        ] {
            let (namespace, name) = proposed(slug);
            assert_eq!((namespace.as_deref(), name.as_str()), wanted, "{slug}");
        }
    }

    proptest! {
        #[test]
        fn what_would_be_declared_is_valid_and_found_again(
            slug in prop_oneof![".{1,30}", "[-a-cA /_]{1,12}", "[-a-z]{60,128}", "[a-z]{64,128}"],
        ) {
            prop_assume!(slug.len() <= LONGEST_SLUG);
            let (namespace, name) = proposed(&slug);
            prop_assert!(is_dns_label(&name), "{}", name);
            prop_assert!(namespace.as_deref().is_none_or(is_dns_label), "{:?}", namespace);
            let tenant_id = TenantId::from_bits(1);
            let wanted = JobName { tenant_id, namespace, name };
            prop_assert!(names(tenant_id, &slug).contains(&wanted), "{:?}", wanted);
        }
    }
}
