use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::{Badge, Code, PublicPage, PutStatusPage};
use crontopus_app::public_page::{BadgeOf, PageChange};

use crate::access::Acting;
use crate::answer::{Answer, NoContent};
use crate::extract::{Json, Path};
use crate::failure::Failure;
use crate::public_page::{badge, page};
use crate::serving::Serving;
use crate::wire;

/// Shows what the tenant shows to everybody.
#[utoipa::path(get, path = "/api/v1/tenant/public", tag = "tenants",
    responses((status = 200, body = PublicPage), Failure))]
pub(crate) async fn get_public_page(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<PublicPage>, Failure> {
    let found = serving.app().get_public_page(&actor).await?;
    Ok(Answer(wire::public_page(found, &serving.app().settings().public_url)))
}

/// Switches the status page on, or changes it.
#[utoipa::path(put, path = "/api/v1/tenant/status-page", tag = "tenants", request_body = PutStatusPage,
    responses((status = 200, body = PublicPage), Failure))]
pub(crate) async fn put_status_page(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<PutStatusPage>,
) -> Result<Answer<PublicPage>, Failure> {
    let PutStatusPage { slug, title, namespaces, labels, all_jobs } = body;
    let change = PageChange { slug, title, namespaces, labels, all_jobs };
    let page = serving.app().put_status_page(&actor, change).await?;
    Ok(Answer(wire::public_page(page, &serving.app().settings().public_url)))
}

/// Switches the status page off.
#[utoipa::path(delete, path = "/api/v1/tenant/status-page", tag = "tenants", responses((status = 204), Failure))]
pub(crate) async fn delete_status_page(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<NoContent, Failure> {
    serving.app().delete_status_page(&actor).await?;
    Ok(NoContent)
}

/// Switches badges on, below a new token; the old one ends at once.
#[utoipa::path(post, path = "/api/v1/tenant/badges", tag = "tenants",
    responses((status = 200, body = PublicPage), Failure))]
pub(crate) async fn create_badge_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<Answer<PublicPage>, Failure> {
    let page = serving.app().create_badge_key(&actor).await?;
    Ok(Answer(wire::public_page(page, &serving.app().settings().public_url)))
}

/// Switches badges off.
#[utoipa::path(delete, path = "/api/v1/tenant/badges", tag = "tenants", responses((status = 204), Failure))]
pub(crate) async fn delete_badge_key(
    State(serving): State<Serving>,
    Acting(actor): Acting,
) -> Result<NoContent, Failure> {
    serving.app().delete_badge_key(&actor).await?;
    Ok(NoContent)
}

/// Shows a status page to everybody, as plain HTML without scripts.
#[utoipa::path(get, path = "/s/{slug}", tag = "public", params(("slug" = String, Path)),
    responses((status = 200, content((String = "text/html"))), Failure))]
pub(crate) async fn show_status_page(
    State(serving): State<Serving>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let shown = serving.app().show_status_page(&slug).await?;
    Ok(page::answer(&shown, &headers))
}

/// Shows a badge to everybody: `all` or `key=value`, with `.svg`, `.json` or `.shields` at the end.
#[utoipa::path(get, path = "/badge/{token}/{file}", tag = "public",
    params(("token" = String, Path), ("file" = String, Path)),
    responses((status = 200, content((Badge = "application/json"), (String = "image/svg+xml"))), Failure))]
pub(crate) async fn show_badge(
    State(serving): State<Serving>,
    Path((token, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (what, format) = format_of(&file)?;
    let of = match what.split_once('=') {
        Some((key, value)) => BadgeOf::Label(key.to_owned(), value.to_owned()),
        None if what == "all" => BadgeOf::Everything,
        None => return Err(no_badge()),
    };
    let label = if of == BadgeOf::Everything { "jobs" } else { what };
    let standing = serving.app().show_badge(&token, &of).await?;
    Ok(for_everybody(badge::answer(format, label, standing)))
}

/// Shows the badge of one job to everybody; the name ends with `.svg`, `.json` or `.shields`.
#[utoipa::path(get, path = "/badge/{token}/{namespace}/{file}", tag = "public",
    params(("token" = String, Path), ("namespace" = String, Path), ("file" = String, Path)),
    responses((status = 200, content((Badge = "application/json"), (String = "image/svg+xml"))), Failure))]
pub(crate) async fn show_job_badge(
    State(serving): State<Serving>,
    Path((token, namespace, file)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let (name, format) = format_of(&file)?;
    let of = BadgeOf::Job(namespace, name.to_owned());
    let standing = serving.app().show_badge(&token, &of).await?;
    Ok(for_everybody(badge::answer(format, name, standing)))
}

fn format_of(file: &str) -> Result<(&str, badge::Format), Failure> {
    let (name, ending) = file.rsplit_once('.').ok_or_else(no_badge)?;
    Ok((name, badge::Format::of(ending).ok_or_else(no_badge)?))
}

fn no_badge() -> Failure {
    Failure::new(Code::NotFound, "badges end with .svg, .json or .shields")
}

/// Other sites show it, and keep it for a minute.
fn for_everybody(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}
