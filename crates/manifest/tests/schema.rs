//! The JSON Schema says what the parser says, as far as shapes go.

use std::path::Path;

use crontopus_manifest::{Code, explain, field_paths, json_schema, parse_file};
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&json_schema()).expect("the schema is a schema")
}

/// The documents of a YAML file as an editor sees them.
fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).expect("the text is YAML")
}

#[test]
fn the_schema_is_valid_and_of_the_stated_draft() {
    let schema = json_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::meta::validate(&schema).unwrap();
}

#[test]
fn examples_and_templates_satisfy_it() {
    let validator = validator();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            for document in documents(&std::fs::read_to_string(&path).unwrap()) {
                let problems: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
                assert!(problems.is_empty(), "{}: {problems:?}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 15, "{seen}");
}

#[test]
fn wrong_shapes_do_not_satisfy_it() {
    let validator = validator();
    let job =
        |spec: Value| json!({"apiVersion": "v1", "kind": "Job", "metadata": {"name": "a"}, "spec": spec});
    assert!(validator.is_valid(&job(json!({"every": "5m"}))));
    for spec in [
        json!({}),
        json!({"every": "5m", "schedule": "@daily"}),
        json!({"every": 5}),
        json!({"every": "5m", "everi": "5m"}),
        json!({"every": "5m", "concurrency": "deny"}),
        json!({"every": "5m", "retry": {}}),
        json!({"every": "5m", "host": {}}),
        json!({"every": "5m", "catchUp": "yes"}),
    ] {
        assert!(!validator.is_valid(&job(spec.clone())), "{spec}");
    }
    let mut policy = json!({"apiVersion": "v1", "kind": "Policy", "metadata": {"name": "a"}, "spec": {"rules": {"allowShell": false}}});
    assert!(validator.is_valid(&policy));
    policy["metadata"]["uid"] = json!("0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11");
    assert!(!validator.is_valid(&policy));
}

/// Calls `visit` with every object of the schema that has fields, and a document's path to it.
fn each_object(visit: &mut impl FnMut(&str, &[String], &Value)) {
    let schema = json_schema();
    for document in schema["oneOf"].as_array().expect("one shape for each kind") {
        let kind = document["title"].as_str().expect("the title is the kind");
        each_object_below(&schema, document, &mut Vec::new(), &mut |path, object| visit(kind, path, object));
    }
}

fn each_object_below(
    schema: &Value,
    node: &Value,
    path: &mut Vec<String>,
    visit: &mut impl FnMut(&[String], &Value),
) {
    if let Some(name) = node["$ref"].as_str().and_then(|target| target.strip_prefix("#/$defs/")) {
        each_object_below(schema, &schema["$defs"][name], path, visit);
    }
    for shape in ["anyOf"].iter().flat_map(|word| node[word].as_array().into_iter().flatten()) {
        each_object_below(schema, shape, path, visit);
    }
    if node["items"].is_object() {
        path.push("[]".to_owned());
        each_object_below(schema, &node["items"], path, visit);
        path.pop();
    }
    if let Some(fields) = node["properties"].as_object() {
        visit(path, node);
        for (name, field) in fields {
            path.push(name.clone());
            each_object_below(schema, field, path, visit);
            path.pop();
        }
    }
}

/// `inner` wrapped in the mappings and lists of `path`, in a document of this kind.
fn document(kind: &str, path: &[String], inner: Value) -> Value {
    let value = path.iter().rev().fold(inner, |inner, part| match part.as_str() {
        "[]" => json!([inner]),
        name => json!({ name: inner }),
    });
    let mut document = json!({"apiVersion": "v1", "kind": kind});
    for (name, value) in value.as_object().expect("a path begins with a field") {
        document[name] = value.clone();
    }
    document
}

/// Writes every object of the schema with all of its fields and one more: the parser knows each field and
/// does not know the one more, which proves that it looked there.
#[test]
fn the_parser_knows_exactly_the_fields_of_the_schema() {
    let mut objects = 0;
    each_object(&mut |kind, path, object| {
        let mut fields: serde_json::Map<String, Value> =
            object["properties"].as_object().unwrap().keys().map(|name| (name.clone(), json!("x"))).collect();
        let is_selector = object["additionalProperties"] != false;
        fields.insert("un known".to_owned(), json!("x"));
        if path.is_empty() {
            fields.extend([("kind".to_owned(), json!(kind)), ("apiVersion".to_owned(), json!("v1"))]);
        }
        let text = document(kind, path, Value::Object(fields)).to_string();
        let parsed = parse_file("a.yaml", text.as_bytes());
        let unknown: Vec<&str> = parsed
            .diagnostics
            .iter()
            .filter(|d| d.code == if is_selector { Code::BadName } else { Code::UnknownField })
            .map(|d| d.path.rsplit('.').next().unwrap())
            .collect();
        assert_eq!(unknown, ["un known"], "{text}");
        objects += 1;
    });
    assert!(objects > 25, "{objects}");
}

/// Every default of the schema, written out, changes nothing.
#[test]
fn defaults_are_what_the_parser_assumes() {
    let bases = [
        json!({"every": "5m", "command": "a", "maxRuntime": "1h", "host": {"selector": {}}, "kill": {}, "retry": {"attempts": 2}, "startWindow": {}, "output": {}, "alerts": {}}),
        json!({"rules": {"allowedWindow": {"cron": "* * * * *"}}}),
        json!({"steps": [{"channels": ["a"]}]}),
        json!({"windows": [{"cron": "0 3 * * 0", "duration": "2h"}]}),
    ];
    let base_of = |kind: &str| match kind {
        "Job" => bases[0].clone(),
        "Policy" => bases[1].clone(),
        "Route" => bases[2].clone(),
        _ => bases[3].clone(),
    };
    let digest = |kind: &str, spec: &Value| {
        let document = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec});
        let parsed = parse_file("a.yaml", document.to_string().as_bytes());
        assert_eq!(parsed.diagnostics, [], "{document}");
        parsed.documents[0].digest.clone()
    };
    let mut defaults = 0;
    each_object(&mut |kind, path, object| {
        let pointer: String =
            path.iter().skip(1).map(|part| format!("/{}", if part == "[]" { "0" } else { part })).collect();
        for (name, field) in object["properties"].as_object().unwrap() {
            let (Some(default), Some("spec")) = (field.get("default"), path.first().map(String::as_str))
            else {
                continue;
            };
            let mut spec = base_of(kind);
            let holder = spec.pointer_mut(&pointer).unwrap_or_else(|| panic!("{kind} {pointer} {name}"));
            if holder.get("start").is_none() && object["properties"].get("start").is_some() {
                continue;
            }
            holder[name] = default.clone();
            assert_eq!(
                digest(kind, &spec),
                digest(kind, &base_of(kind)),
                "{kind} {pointer}/{name} {default}"
            );
            defaults += 1;
        }
    });
    assert!(defaults > 20, "{defaults}");
}

#[test]
fn every_field_is_explained() {
    for path in field_paths().iter().filter(|path| path.contains('.')) {
        let text = explain(path).unwrap_or_else(|| panic!("{path} is not explained"));
        let description = text.lines().nth(2).unwrap_or_default();
        assert!(description.len() > 10, "{path}: {text}");
    }
    insta::assert_snapshot!(explain("spec.startWindow").unwrap(), @r"
    Job.spec.startWindow

    How far from the expected time a start still counts.

    Fields:
      early: Before the expected time
      late: After the expected time: the grace, at whose end the run is missed
    ");
    insta::assert_snapshot!(explain("policy.spec.enforcement").unwrap(), @r"
    Policy.spec.enforcement

    Whether breaking a rule refuses the job or is only remarked upon.

    Possible: `deny` or `warn`

    Default: deny
    ");
    assert_eq!(explain("spec.startwindow"), None);
    assert_eq!(explain("metadata.labels.x"), None);
}
