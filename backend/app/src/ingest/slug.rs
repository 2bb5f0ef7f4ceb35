//! What clients of other monitors call a job: one word, where ours has a namespace and a name.

use crontopus_ids::TenantId;
use crontopus_store::JobName;

/// Between namespace and name in a slug.
const SEPARATOR: &str = "--";

/// Longest slug that is looked at: two labels of 63 and what stands between them.
pub const LONGEST_SLUG: usize = 128;

/// The jobs that `slug` may mean: `namespace--name` divided at every place, `namespace/name`, or a name alone;
/// and the same of what is left when it is turned into the letters a name may have. None for what is longer than
/// [`LONGEST_SLUG`]: no job is called so, and its divisions would be many.
pub(super) fn names(tenant_id: TenantId, slug: &str) -> Vec<JobName> {
    let mut found = Vec::new();
    if slug.len() > LONGEST_SLUG {
        return found;
    }
    let plain = match slug.split_once('/') {
        Some((namespace, name)) => format!("{}/{}", normal(namespace), normal(name)),
        None => normal(slug),
    };
    for text in [slug, &plain] {
        let divided =
            text.match_indices(SEPARATOR).map(|(at, _)| (&text[..at], &text[at + SEPARATOR.len()..]));
        let divided = divided.chain(text.split_once('/'));
        let divided = divided.filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty());
        let mut add = |namespace: Option<&str>, name: &str| {
            let name = JobName { tenant_id, namespace: namespace.map(str::to_owned), name: name.to_owned() };
            if !found.contains(&name) {
                found.push(name);
            }
        };
        divided.for_each(|(namespace, name)| add(Some(namespace), name));
        if !text.is_empty() && !text.contains('/') {
            add(None, text);
        }
    }
    found
}

/// Namespace and name of a job that would be found by `slug`, if it were declared.
pub(super) fn proposed(slug: &str) -> (Option<String>, String) {
    let (namespace, name) = match slug.split_once('/').or_else(|| slug.split_once(SEPARATOR)) {
        Some((namespace, name)) => (Some(normal(namespace)), normal(name)),
        None => (None, normal(slug)),
    };
    let name = if name.is_empty() { "unnamed".to_owned() } else { name };
    (namespace.filter(|n| !n.is_empty()), name)
}

/// Lower-case letters, digits and `-` between them, at most 63 on each side of a separator.
fn normal(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let mapped: String = text.chars().map(letter).take(LONGEST_SLUG).collect();
    mapped.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
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
            ("My Job", &["*/My Job", "*/my-job"]),
            ("--x", &["*/--x", "*/x"]),
            ("", &[]),
        ] {
            assert_eq!(texts(slug), wanted, "{slug}");
        }
    }

    #[test]
    fn a_long_slug_is_divided_nowhere() {
        assert!(texts(&"-".repeat(LONGEST_SLUG)).len() < LONGEST_SLUG);
        assert_eq!(texts(&"-".repeat(LONGEST_SLUG + 1)), [""; 0]);
        assert_eq!(texts(&"a--".repeat(400_000)), [""; 0]);
    }

    #[test]
    fn what_would_be_declared_is_found_again() {
        for (slug, wanted) in [
            ("backup", (None, "backup")),
            ("ops--backup", (Some("ops"), "backup")),
            ("My Job!", (None, "my-job")),
            ("ops/Night run", (Some("ops"), "night-run")),
            ("???", (None, "unnamed")),
        ] {
            let (namespace, name) = proposed(slug);
            assert_eq!((namespace.as_deref(), name.as_str()), wanted, "{slug}");
            if name != "unnamed" {
                let wanted = JobName { tenant_id: TenantId::from_bits(1), namespace, name };
                assert!(names(wanted.tenant_id, slug).iter().any(|n| n.name == wanted.name), "{slug}");
            }
        }
    }
}
