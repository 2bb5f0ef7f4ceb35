use axum::Extension;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use utoipa::openapi::path::{Operation, PathItem, Paths};
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Row, Tokens, guard};
use crate::serving::Serving;

/// Registers operations with their row of the authorization table.
pub(crate) trait Operations {
    /// Registers one operation, `routes!(handler)`: its route, its place in the document, and the guard that
    /// enforces its row. Panics when it has no row: at start, and in every test.
    fn operation(self, routes: UtoipaMethodRouter<Serving>) -> Self;
}

impl Operations for OpenApiRouter<Serving> {
    fn operation(self, (schemas, mut paths, methods): UtoipaMethodRouter<Serving>) -> Self {
        let row = Row::of(&only_operation(&paths));
        for item in paths.paths.values_mut() {
            operations_mut(item).for_each(|operation| operation.security = Some(security(row)));
        }
        let guarded = methods.route_layer(from_fn(
            move |Extension(serving): Extension<Serving>, request: Request, next: Next| {
                guard(row, serving, request, next)
            },
        ));
        self.routes((schemas, paths, guarded))
    }
}

/// The id of the only operation that is registered at once.
fn only_operation(paths: &Paths) -> String {
    let ids: Vec<_> =
        paths.paths.values().flat_map(operations).map(|(_, o)| o.operation_id.clone()).collect();
    match &ids[..] {
        [Some(id)] => id.clone(),
        other => panic!("operations are registered one by one, with an id: {other:?}"),
    }
}

/// Which credentials the row takes, as the document says it: any one of them. A token's entry names the scope.
fn security(row: &Row) -> Vec<SecurityRequirement> {
    let none = || std::iter::empty::<String>();
    let mut any_of = Vec::new();
    if row.role.is_some() {
        any_of.push(SecurityRequirement::new("session", none()));
    }
    match row.tokens {
        Tokens::None => {}
        Tokens::Any => any_of.push(SecurityRequirement::new("token", none())),
        Tokens::With(scope) => any_of.push(SecurityRequirement::new("token", [scope.as_str()])),
    }
    if row.agent {
        any_of.push(SecurityRequirement::new("signature", none()));
    }
    any_of
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, head, post, put, patch, delete, options, .. } = item;
    [get, head, post, put, patch, delete, options].into_iter().filter_map(Option::as_mut)
}

/// The operations of a path with their methods.
pub(crate) fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("HEAD", &item.head),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
        ("OPTIONS", &item.options),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}
