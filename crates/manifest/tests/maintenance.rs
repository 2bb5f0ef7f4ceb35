//! When a maintenance is.

use crontopus_manifest::{Body, Maintenance, parse_file};
use jiff::Timestamp;

fn maintenance(windows: &str) -> Maintenance {
    let text = format!(
        "{{apiVersion: v1, kind: Maintenance, metadata: {{name: a}}, spec: {{windows: [{windows}]}}}}"
    );
    let mut parsed = parse_file("a.yaml", text.as_bytes());
    assert_eq!(parsed.diagnostics, [], "{text}");
    match parsed.documents.remove(0).body {
        Body::Maintenance(maintenance) => maintenance,
        other => panic!("expected a maintenance, found {other:?}"),
    }
}

#[test]
fn windows_hold_their_beginning_and_not_their_end() {
    let check = |windows: &str, now: &str, until: Option<&str>| {
        let until = until.map(|text| text.parse::<Timestamp>().unwrap());
        assert_eq!(maintenance(windows).active_until(now.parse().unwrap()), until, "{windows} {now}");
    };
    let once = "{start: 2026-12-05T22:00, end: 2026-12-06T02:00, timezone: Europe/Berlin}";
    check(once, "2026-12-05T20:59:59Z", None);
    check(once, "2026-12-05T21:00:00Z", Some("2026-12-06T01:00:00Z"));
    check(once, "2026-12-06T00:59:59Z", Some("2026-12-06T01:00:00Z"));
    check(once, "2026-12-06T01:00:00Z", None);
    let sundays = "{cron: '0 3 * * 0', duration: 2h}";
    check(sundays, "2026-12-06T02:59:59Z", None);
    check(sundays, "2026-12-06T03:00:00Z", Some("2026-12-06T05:00:00Z"));
    check(sundays, "2026-12-06T05:00:00Z", None);
    check(sundays, "2026-12-07T03:00:00Z", None);
    check(
        &format!("{sundays}, {{cron: '0 4 * * *', duration: 3h}}"),
        "2026-12-06T04:30:00Z",
        Some("2026-12-06T07:00:00Z"),
    );
}

#[test]
fn it_is_for_whom_it_says() {
    let labels = [("role".to_owned(), "db".to_owned())].into();
    let mut everyone = maintenance("{cron: '0 3 * * 0', duration: 2h}");
    assert!(everyone.matches("production", &labels));
    everyone.namespaces = vec!["staging".to_owned()];
    assert!(!everyone.matches("production", &labels));
}
