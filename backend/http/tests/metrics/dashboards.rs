//! The dashboards as Grafana reads them: what it would leave out, lay over each other or refuse is found here. That every
//! query answers is asked of a real Prometheus elsewhere.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Ids of units that Grafana knows, as far as they are used.
const UNITS: [&str; 7] = ["short", "s", "bytes", "reqps", "ops", "percentunit", "none"];

fn boards() -> impl Iterator<Item = (&'static str, Value)> {
    ["service", "tenant"].into_iter().map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../infra/grafana/{name}.json"));
        (name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    })
}

fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} of {value}"))
}

#[test]
fn a_board_can_be_imported_under_its_own_name() {
    let mut names = BTreeSet::new();
    for (name, board) in boards() {
        let uid = board["uid"].as_str().unwrap();
        assert!(
            uid.len() <= 40 && uid.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
            "{uid}"
        );
        assert!(names.insert((uid.to_owned(), board["title"].as_str().unwrap().to_owned())), "{name}");
        // An id belongs to one Grafana; a board that carries one takes another one's place.
        assert!(board.get("id").is_none_or(Value::is_null), "{name}");
        assert!((36..=41).contains(&number(&board, "/schemaVersion")), "{name}");
        let variables = board["templating"]["list"].as_array().unwrap();
        let source = &variables[0];
        assert_eq!(
            (&source["name"], &source["type"], &source["query"]),
            (&"datasource".into(), &"datasource".into(), &"prometheus".into())
        );
        // Everything asks the data source that is chosen, and only variables that there are.
        let text = board.to_string();
        let known: BTreeSet<&str> =
            variables.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
        for part in text.split('$').skip(1) {
            let part = part.trim_start_matches('{');
            let word: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let is_own = known.contains(word.as_str()) || word.starts_with("__");
            assert!(is_own, "{name}: ${word} is no variable");
        }
    }
}

#[test]
fn panels_lie_beside_each_other_and_show_something() {
    for (name, board) in boards() {
        let (mut ids, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for panel in board["panels"].as_array().unwrap() {
            let title = panel["title"].as_str().unwrap();
            assert!(ids.insert(number(panel, "/id")), "{name}: two panels have the id of {title}");
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| number(panel, &format!("/gridPos/{side}")));
            assert!(w > 0 && h > 0 && x + w <= 24, "{name}: {title} is wider than the board");
            for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(cell), "{name}: {title} lies over another panel");
            }
            let kind = panel["type"].as_str().unwrap();
            if kind == "row" {
                continue;
            }
            assert!(["stat", "timeseries", "table"].contains(&kind), "{name}: {title} is a {kind}");
            let unit = panel.pointer("/fieldConfig/defaults/unit").and_then(Value::as_str).unwrap_or("none");
            assert!(UNITS.contains(&unit), "{name}: {title} has the unit {unit}");
            targets(name, panel);
        }
    }
}

fn targets(name: &str, panel: &Value) {
    let (title, source) =
        (&panel["title"], serde_json::json!({"type": "prometheus", "uid": "${datasource}"}));
    assert_eq!(panel["datasource"], source, "{name}: {title}");
    let mut refs = BTreeSet::new();
    let targets = panel["targets"].as_array().unwrap();
    for target in targets {
        assert_eq!(target["datasource"], source, "{name}: {title}");
        assert!(
            refs.insert(target["refId"].as_str().unwrap()),
            "{name}: two queries of {title} have one name"
        );
        if panel["type"] == "table" {
            let is_instant = (&target["format"], &target["instant"]) == (&"table".into(), &true.into());
            assert!(is_instant, "{name}: {title} is a table of now");
        }
        // Several lines of one panel are told apart by their legend.
        let legend = target["legendFormat"].as_str().unwrap_or_default();
        assert!(targets.len() == 1 || !legend.is_empty(), "{name}: {title} has a line without a name");
    }
}
