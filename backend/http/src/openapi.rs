use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa::{PartialSchema as _, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::handlers;
use crate::serving::Serving;

/// The documents there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// `openapi/console.json`: the public API.
    Console,
    /// `openapi/agent/v1.json`: the API of agents, versioned and additive.
    Agent,
}

/// The document as committed: pretty JSON with a line feed at the end.
pub fn document(which: Document) -> String {
    let openapi = match which {
        Document::Console => console().into_openapi(),
        Document::Agent => agent().into_openapi(),
    };
    let mut text = openapi.to_pretty_json().expect("a document of plain values can be written");
    text.push('\n');
    text
}

/// Routes and document of the public API.
pub(crate) fn console() -> OpenApiRouter<Serving> {
    handlers::console(OpenApiRouter::with_openapi(frame(
        "Crontopus",
        "The public API: everything console and command line can do, and no more. Jobs are read only: they \
         are defined in Git.",
    )))
}

/// Routes and document of the agent API.
pub(crate) fn agent() -> OpenApiRouter<Serving> {
    handlers::agent(OpenApiRouter::with_openapi(frame(
        "Crontopus agents",
        "What enrolled hosts say and are told. Every request but the two of enrolment carries a message \
         signature (RFC 9421); every answer carries the server's.",
    )))
}

fn frame(title: &str, description: &str) -> OpenApi {
    let info = InfoBuilder::new().title(title).version("1").description(Some(description)).build();
    let mut openapi = OpenApiBuilder::new().info(info).build();
    let components = openapi.components.get_or_insert_default();
    let mut schemas = vec![("Problem".to_owned(), crontopus_api::Problem::schema())];
    crontopus_api::Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("ctp_…").build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new("crontopus_session"));
    let signature = ApiKey::Header(ApiKeyValue::new("Signature"));
    components.add_security_scheme("token", SecurityScheme::Http(token));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    components.add_security_scheme("signature", SecurityScheme::ApiKey(signature));
    openapi
}
