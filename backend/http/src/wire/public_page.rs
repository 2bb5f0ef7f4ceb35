use crontopus_api as api;
use crontopus_app::rows;

/// What a tenant shows, on the server that is reached at `server`.
pub(crate) fn public_page(row: rows::PublicPage, server: &str) -> api::PublicPage {
    let rows::PublicPage { slug, title, namespaces, labels, all_jobs, badge_token, .. } = row;
    api::PublicPage {
        status_page: slug.map(|slug| api::StatusPage {
            url: format!("{server}/s/{slug}"),
            slug,
            title,
            namespaces,
            labels,
            all_jobs,
        }),
        badges: badge_token.map(|token| api::Badges {
            all_url: format!("{server}/badge/{token}/all.svg"),
            job_url: format!("{server}/badge/{token}/{{namespace}}/{{name}}.svg"),
            label_url: format!("{server}/badge/{token}/{{key}}={{value}}.svg"),
            token,
        }),
    }
}
