//! The committed documents, as something answers are held against: status, type and body.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

const DOCUMENTS: [&str; 2] =
    [include_str!("../../../../openapi/console.json"), include_str!("../../../../openapi/agent/v1.json")];

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// Both documents.
pub(crate) struct Contract {
    documents: Vec<Value>,
    pub(crate) operations: Vec<Operation>,
    validators: Mutex<HashMap<(usize, String), Arc<Validator>>>,
}

/// One operation of a document.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) template: String,
    /// The operation as the document has it.
    pub(crate) value: Value,
    document: usize,
}

impl Contract {
    pub(crate) fn get() -> &'static Self {
        &CONTRACT
    }

    fn read() -> Self {
        let mut documents: Vec<Value> = DOCUMENTS.iter().map(|d| serde_json::from_str(d).unwrap()).collect();
        let mut operations = Vec::new();
        for (number, document) in documents.iter().enumerate() {
            for (template, item) in document["paths"].as_object().unwrap() {
                for (method, value) in item.as_object().unwrap() {
                    operations.push(Operation {
                        id: value["operationId"].as_str().unwrap().to_owned(),
                        method: method.to_uppercase(),
                        template: template.clone(),
                        value: value.clone(),
                        document: number,
                    });
                }
            }
        }
        documents.iter_mut().for_each(close);
        Self { documents, operations, validators: Mutex::default() }
    }

    pub(crate) fn operation(&self, id: &str) -> &Operation {
        self.operations.iter().find(|o| o.id == id).unwrap_or_else(|| panic!("no document has {id}"))
    }

    /// Method and path of an operation.
    pub(crate) fn place(&self, id: &str) -> (&str, &str) {
        let operation = self.operation(id);
        (&operation.method, &operation.template)
    }

    /// A schema with what it refers to put in its place, one level deep.
    pub(crate) fn resolved<'a>(&'a self, operation: &Operation, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(path) => {
                let pointer = path.trim_start_matches('#');
                self.documents[operation.document].pointer(pointer).expect("a schema that is there")
            }
            None => schema,
        }
    }

    /// The operation a request means; a written segment goes before a parameter.
    fn find(&self, method: &str, path: &str) -> Option<usize> {
        let method = if method == "HEAD" { "GET" } else { method };
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |operation: &Operation| {
            let own: Vec<&str> = operation.template.split('/').collect();
            let same =
                |(own, asked): (&&str, &&str)| own == asked || own.starts_with('{') && !asked.is_empty();
            operation.method == method && own.len() == asked.len() && own.iter().zip(&asked).all(same)
        };
        let holes = |n: &usize| self.operations[*n].template.matches('{').count();
        (0..self.operations.len()).filter(|n| fits(&self.operations[*n])).min_by_key(holes)
    }

    /// Panics when the document does not promise such an answer.
    pub(crate) fn check(&self, (method, path): (&str, &str), status: u16, kind: Option<&str>, body: &[u8]) {
        let what =
            || format!("{method} {path} answered {status} {kind:?}: {}", String::from_utf8_lossy(body));
        let Some(number) = self.find(method, path) else {
            let is_preflight = method == "OPTIONS" && path.starts_with("/in/") && status == 204;
            assert!(is_preflight || [404, 405, 413].contains(&status), "no document knows {}", what());
            if !is_preflight && method != "HEAD" {
                self.check_problem(status, kind, body, &what);
            }
            return;
        };
        let responses = &self.operations[number].value["responses"];
        let key =
            if responses[status.to_string()].is_object() { status.to_string() } else { "default".into() };
        assert!(key != "default" || status >= 400, "the document does not promise {}", what());
        let content = &responses[&key]["content"];
        let Some(types) = content.as_object().filter(|types| !types.is_empty()) else {
            assert!(body.is_empty(), "no body is promised for {}", what());
            return;
        };
        if method == "HEAD" {
            return;
        }
        let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let promised =
            types.get(essence).unwrap_or_else(|| panic!("another type is promised for {}", what()));
        if essence.ends_with("json") {
            let value: Value = serde_json::from_slice(body).unwrap_or_else(|_| panic!("no JSON: {}", what()));
            let validator = self.validator(number, &format!("{key} {essence}"), &promised["schema"]);
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}\nnot as the document says: {errors:#?}", what());
        }
        if key == "default" {
            self.check_problem(status, kind, body, &what);
        }
    }

    fn check_problem(&self, status: u16, kind: Option<&str>, body: &[u8], what: &dyn Fn() -> String) {
        assert_eq!(kind, Some("application/problem+json"), "{}", what());
        let problem: Value = serde_json::from_slice(body).unwrap_or_else(|_| panic!("{}", what()));
        assert_eq!(problem["status"], status, "{}", what());
        assert!(problem["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{}", what());
    }

    fn validator(&self, operation: usize, key: &str, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry((operation, key.to_owned())).or_insert_with(|| {
            let components = &self.documents[self.operations[operation].document]["components"];
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema],
                "components": components,
            });
            Arc::new(jsonschema::draft202012::new(&whole).expect("the document holds schemas"))
        });
        Arc::clone(made)
    }
}

/// Lets no object have a member that its schema does not name: what a server adds without saying so in the
/// document is drift too. Schemas that are part of another one stay open, the one that holds them is closed.
fn close(document: &mut Value) {
    let mut parts = BTreeSet::new();
    collect_parts(&document["components"]["schemas"], &mut parts);
    for (name, schema) in document["components"]["schemas"].as_object_mut().unwrap() {
        let is_object = schema["properties"].is_object() || schema["allOf"].is_array();
        if is_object && !parts.contains(name) && schema["additionalProperties"].is_null() {
            schema["unevaluatedProperties"] = Value::Bool(false);
        }
    }
}

fn collect_parts(schema: &Value, parts: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
                let name = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
                parts.extend(name.map(str::to_owned));
            }
            map.values().for_each(|value| collect_parts(value, parts));
        }
        Value::Array(list) => list.iter().for_each(|value| collect_parts(value, parts)),
        _ => {}
    }
}
