use crontopus_api as api;
use crontopus_app::git::{Crontab, Made, Skipped};
use crontopus_manifest::DEFAULT_NAMESPACE;

/// The crontab that was sent.
pub(crate) fn asked(body: api::ConvertCrontab) -> Crontab {
    let api::ConvertCrontab { text, format, user, namespace, hosts, selector } = body;
    let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
    Crontab { text, is_system: format == api::CrontabFormat::System, user, namespace, hosts, selector }
}

/// What became of its lines.
pub(crate) fn converted((made, skipped): (Vec<Made>, Vec<Skipped>)) -> api::ConvertedCrontab {
    let manifest = |own: Made| api::CrontabManifest {
        line: own.line as u64,
        name: own.name,
        file: own.file,
        manifest: own.manifest,
        notes: own.notes,
    };
    let line = |own: Skipped| api::SkippedLine { line: own.line as u64, text: own.text, reason: own.reason };
    api::ConvertedCrontab {
        manifests: made.into_iter().map(manifest).collect(),
        skipped: skipped.into_iter().map(line).collect(),
    }
}
