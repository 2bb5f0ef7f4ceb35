//! The metric reference in `docs/monitoring-crontopus.md` is what is told, and what dashboards and rules ask
//! for is told. Run once with `CRONTOPUS_BLESS=1` to write the reference anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crontopus_app::access::Scope;
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target};

use crate::world::{OPEN, World};

/// One family, as it is told.
#[derive(Debug, Default)]
struct Family {
    kind: String,
    help: String,
    labels: BTreeSet<String>,
    samples: BTreeSet<String>,
}

type Families = BTreeMap<String, Family>;

/// A service and a tenant to which everything happened that is counted.
async fn told() -> (Families, Families) {
    let world = World::new().await;
    let actor = world.tenant("acme").await;
    world.arm(&actor, 1, 2).await;
    let mut check_in = CheckIn::new(CheckInKind::End { well: true }, RunKey::None);
    check_in.duration_ms = Some(1_000);
    let signal = Signal {
        target: Target::Job { tenant_id: actor.tenant_id, namespace: "ops".into(), name: "job-00001".into() },
        check_in,
        output: None,
        received_at: world.app.clock().now_ms(),
        door: Door::Native,
        terms: crontopus_app::ingest::Terms::default(),
    };
    world.app.check_in(vec![signal]).await.unwrap();
    world.app.board().round("sweep", async { Ok::<_, String>(()) }).await.unwrap();
    let token = world.token(&actor, &[Scope::RunsRead]).await;
    let tenant = world.scrape(&token, "").await;
    let service = world.internal("/metrics", OPEN).await.text;
    (read(&service), read(&tenant))
}

fn read(text: &str) -> Families {
    let mut families = Families::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|l| l.split_once(' ')) {
            name.clone_into(&mut last);
            help.clone_into(&mut families.entry(last.clone()).or_default().help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|l| l.split_once(' ')) {
            kind.clone_into(&mut families.get_mut(name).expect("help comes first").kind);
        } else if !line.starts_with('#') {
            let family = families.get_mut(&last).expect("samples follow their family");
            let end = line.find(['{', ' ']).unwrap();
            family.samples.insert(line[..end].to_owned());
            let labels = line[end..].strip_prefix('{').and_then(|l| l.split_once("} "));
            let keys =
                labels.iter().flat_map(|(labels, _)| labels.split("\",")).filter_map(|l| l.split_once('='));
            family.labels.extend(keys.map(|(key, _)| key.to_owned()).filter(|key| key != "le"));
        }
    }
    families
}

fn table(families: &Families) -> String {
    let mut text = String::from("| Metric | Kind | Labels | Meaning |\n|---|---|---|---|\n");
    for (name, Family { kind, help, labels, .. }) in families {
        let suffix = match kind.as_str() {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
        text.push_str(&format!("| `{name}{suffix}` | {kind} | {} | {help} |\n", labels.join(", ")));
    }
    text
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[tokio::test]
async fn the_reference_is_up_to_date() {
    let (service, tenant) = told().await;
    let path = root().join("docs/monitoring-crontopus.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut wanted = text.clone();
    for (name, families) in [("service", &service), ("tenant", &tenant)] {
        let (begin, end) = (format!("<!-- {name} metrics -->\n"), format!("<!-- end of {name} metrics -->"));
        let (before, rest) = wanted.split_once(&begin).expect("the document has the mark");
        let (_, after) = rest.split_once(&end).expect("the document has the mark");
        wanted = format!("{before}{begin}{}{end}{after}", table(families));
    }
    #[expect(clippy::disallowed_methods, reason = "a test is told to write what it would compare")]
    let bless = std::env::var_os("CRONTOPUS_BLESS").is_some();
    if bless {
        std::fs::write(&path, &wanted).unwrap();
        return;
    }
    assert_eq!(text, wanted, "docs/monitoring-crontopus.md is out of date; write it with CRONTOPUS_BLESS=1");
}

/// Names of metrics in a query.
fn names(query: &str) -> BTreeSet<String> {
    let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|w| w.starts_with("crontopus_") || w.starts_with("process_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn dashboards_and_rules_ask_for_what_is_told() {
    let (service, tenant) = told().await;
    for (file, families) in [
        ("infra/grafana/service.json", &service),
        ("infra/grafana/tenant.json", &tenant),
        ("infra/prometheus/service.rules.yml", &service),
        ("infra/prometheus/tenant.rules.yml", &tenant),
    ] {
        let known: BTreeSet<_> =
            families.values().flat_map(|family| family.samples.iter().cloned()).collect();
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let queries = match file.ends_with(".json") {
            true => panels(&serde_json::from_str(&text).unwrap()),
            false => vec![text],
        };
        for query in &queries {
            let asked = names(query);
            assert!(!asked.is_empty(), "{file}: `{query}` asks for nothing of ours");
            let unknown: Vec<_> = asked.difference(&known).collect();
            assert!(unknown.is_empty(), "{file}: `{query}` asks for {unknown:?}, which nobody tells");
        }
    }
}

/// The queries of every panel; a panel that shows something has at least one.
fn panels(board: &serde_json::Value) -> Vec<String> {
    let mut queries = Vec::new();
    for panel in board["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row") {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{} shows nothing", panel["title"]);
        queries.extend(targets.iter().map(|target| target["expr"].as_str().unwrap().to_owned()));
    }
    assert!(queries.len() > 10, "the board has panels");
    queries
}
