use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use crontopus_api::{ConvertCrontab, ConvertedCrontab, ValidateManifests, ValidatedManifests};
use crontopus_app::git::ManifestFiles;
use serde_json::Value;

use crate::access::Acting;
use crate::answer::{Answer, Tagged};
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::{crontab, schedules};

/// Where a text stands that has no path.
const UNNAMED: &str = "manifest.yaml";

static SCHEMA: LazyLock<Value> = LazyLock::new(crontopus_manifest::json_schema);

/// Checks manifests as a push would; nothing is changed. Problems of the manifests are the answer, not an error.
#[utoipa::path(post, path = "/api/v1/manifests/validate", tag = "manifests", request_body = ValidateManifests,
    responses((status = 200, body = ValidatedManifests), Failure))]
pub(crate) async fn validate_manifests(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ValidateManifests>,
) -> Result<Answer<ValidatedManifests>, Failure> {
    let found = serving.app().validate_manifests(&actor, asked(body)?).await?;
    Ok(Answer(schedules::validated(found)))
}

/// Turns the lines of a crontab into manifests; nothing is changed. Lines that cannot be carried over are a part of the
/// answer, not an error.
#[utoipa::path(post, path = "/api/v1/manifests/from-crontab", tag = "manifests", request_body = ConvertCrontab,
    responses((status = 200, body = ConvertedCrontab), Failure))]
pub(crate) async fn convert_crontab(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(body): Json<ConvertCrontab>,
) -> Result<Answer<ConvertedCrontab>, Failure> {
    let found = serving.app().convert_crontab(&actor, crontab::asked(body)).await?;
    Ok(Answer(crontab::converted(found)))
}

/// Shows the JSON Schema of a manifest document (draft 2020-12), for editors.
#[utoipa::path(get, path = "/api/v1/manifest-schema.json", tag = "manifests",
    responses((status = 200, body = serde_json::Value), (status = 304, description = "As before"), Failure))]
pub(crate) async fn get_manifest_schema(headers: HeaderMap) -> Response {
    let mut response = Tagged::new(&headers, &*SCHEMA).into_response();
    // The same for everybody, until the server is upgraded.
    let cached = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(header::CACHE_CONTROL, cached);
    response
}

fn asked(body: ValidateManifests) -> Result<ManifestFiles, Failure> {
    let ValidateManifests { text, path, files, repository } = body;
    let files = match (text, path) {
        (Some(_), _) if !files.is_empty() => {
            return Err(Failure::invalid("/files", "give either `text` or `files`"));
        }
        (Some(text), path) => vec![(path.unwrap_or_else(|| UNNAMED.to_owned()), text)],
        (None, Some(_)) => {
            return Err(Failure::invalid("/path", "it is the path of `text`, which is missing"));
        }
        (None, None) if files.is_empty() => {
            return Err(Failure::invalid("/text", "give `text`, or at least one of `files`"));
        }
        (None, None) => files.into_iter().map(|file| (file.path, file.text)).collect(),
    };
    Ok(ManifestFiles { files, repository })
}
