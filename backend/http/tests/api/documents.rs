//! Table, documents and tests know the same operations.

use std::collections::BTreeSet;

use crontopus_http::access::{Row, TABLE, Tokens};
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::world::World;

#[test]
fn table_and_documents_have_the_same_operations() {
    let table: BTreeSet<&str> = TABLE.iter().map(|row| row.operation).collect();
    assert_eq!(table.len(), TABLE.len(), "an operation has two rows");
    let documents: BTreeSet<&str> = Contract::get().operations.iter().map(|o| o.id.as_str()).collect();
    assert_eq!(documents.len(), Contract::get().operations.len(), "an id is given twice");
    assert_eq!(table, documents);
}

#[test]
fn the_documents_say_which_credentials_the_table_takes() {
    for row in TABLE {
        let operation = Contract::get().operation(row.operation);
        assert_eq!(operation.value["security"], security(row), "{}", row.operation);
    }
}

/// A person needs a session, a token perhaps a scope, a host its signature; any one of them.
fn security(row: &Row) -> Value {
    let mut any_of = Vec::new();
    if !row.anonymous && !row.agent {
        any_of.push(json!({"session": []}));
    }
    match row.tokens {
        Tokens::None => {}
        Tokens::Any => any_of.push(json!({"token": []})),
        Tokens::With(scope) => any_of.push(json!({"token": [scope.as_str()]})),
    }
    if row.agent {
        any_of.push(json!({"signature": []}));
    }
    Value::Array(any_of)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_has_an_example() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for row in TABLE {
        let ask = world.example(&tenant, row.operation).await;
        assert_eq!(ask.method, Contract::get().operation(row.operation).method);
    }
}
