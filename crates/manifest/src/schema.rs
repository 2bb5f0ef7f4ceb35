//! The JSON Schema of manifests, for editors. It is made of the Rust types that hold them and describes
//! shapes; what needs more than shapes (cron expressions, time zones, fields that exclude each other) is
//! the parser's.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::Kind;
use crate::document::API_VERSION;
use crate::job::Job;
use crate::maintenance::Maintenance;
use crate::metadata::MetadataForm;
use crate::policy::Policy;
use crate::route::Route;

/// The schema of one document, draft 2020-12.
pub fn json_schema() -> Value {
    // What is read, not what is written: defaults may be left out.
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut kinds = [
        document::<Job>(&mut generator, Kind::Job),
        document::<Policy>(&mut generator, Kind::Policy),
        document::<Route>(&mut generator, Kind::Route),
        document::<Maintenance>(&mut generator, Kind::Maintenance),
    ];
    kinds.iter_mut().for_each(|(_, schema)| tidy(schema));
    let mut definitions = Value::Object(generator.take_definitions(true));
    definitions.as_object_mut().into_iter().flatten().for_each(|(_, definition)| tidy(definition));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Crontopus manifest",
        "description": "One document of a Crontopus repository.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": { "kind": { "enum": kinds.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>() } },
        "oneOf": kinds.iter().map(|(_, schema)| schema).collect::<Vec<_>>(),
        "$defs": definitions,
    })
}

fn document<T: JsonSchema>(generator: &mut SchemaGenerator, kind: Kind) -> (Kind, Value) {
    let mut metadata = MetadataForm::json_schema(generator).to_value();
    if kind != Kind::Job
        && let Some(fields) = metadata["properties"].as_object_mut()
    {
        fields.remove("uid");
    }
    let schema = json!({
        "title": kind.as_str(),
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": { "enum": [API_VERSION, "v1"], "description": "The version of the manifest language." },
            "kind": { "const": kind.as_str(), "description": "Which of the four kinds of document it is." },
            "metadata": metadata,
            "spec": generator.subschema_for::<T>(),
        },
        "additionalProperties": false,
    });
    (kind, schema)
}

/// Optional fields of Rust types say that they may be null, and doc comments are broken into lines; in a
/// manifest a field without a value is an error, and an editor breaks lines itself.
fn tidy(schema: &mut Value) {
    let is_null = |shape: &Value| *shape == "null" || shape["type"] == "null";
    match schema {
        Value::Object(map) => {
            for word in ["type", "anyOf", "enum"] {
                let Some(shapes) = map.get_mut(word).and_then(Value::as_array_mut) else { continue };
                shapes.retain(|shape| !is_null(shape));
                if let ([only], "type") = (shapes.as_slice(), word) {
                    let only = only.clone();
                    map.insert(word.to_owned(), only);
                }
            }
            if let Some([Value::Object(only)]) = map.get("anyOf").and_then(Value::as_array).map(Vec::as_slice)
            {
                let only = only.clone();
                map.remove("anyOf");
                map.extend(only);
            }
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            map.retain(|word, value| !(word == "default" && value.is_null()));
            map.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A text that may be written without quotes though it looks like a number: `version: 1.10`.
pub(crate) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "boolean"] })
}

/// A list of such texts; for `schema_with`.
pub(crate) fn texts(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": text(generator) })
}

/// Such texts by name; for `schema_with`.
pub(crate) fn texts_by_name(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": text(generator) })
}
