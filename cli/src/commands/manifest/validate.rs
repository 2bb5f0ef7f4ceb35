use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use crontopus_api::ValidatedManifests;

use crate::app::App;
use crate::args::Format;
use crate::failure::{Failure, Kind, Outcome};
use crate::local::{Clone, to_api};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus manifest validate
  crontopus manifest validate production/backup.yaml   # its problems only; the whole folder is still read")]
pub(crate) struct Validate {
    /// Show problems of these files only, named from the folder on
    files: Vec<String>,
    /// The folder: the root of a repository
    #[arg(long, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(args: &Validate, app: &App) -> Outcome {
    let clone = Clone::read(&args.dir)?;
    let wanted: Vec<&str> = args.files.iter().map(|f| f.strip_prefix("./").unwrap_or(f)).collect();
    if let Some(missing) = wanted.iter().find(|file| !args.dir.join(file).is_file()) {
        return Err(Failure::of(
            Kind::NotFound,
            format!("there is no file {missing} in {}", args.dir.display()),
        )
        .hint("name files from the root of the repository on; --dir says where that is"));
    }
    let mut diagnostics = clone.repository.diagnostics.clone();
    diagnostics.retain(|d| wanted.is_empty() || wanted.contains(&d.file.as_str()));
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let jobs = clone.repository.jobs.len();

    if app.screen.format == Format::Table {
        let mut sources: BTreeMap<&str, String> = BTreeMap::new();
        let mut text = String::new();
        for diagnostic in &diagnostics {
            let source = sources.entry(&diagnostic.file).or_insert_with(|| clone.source(&diagnostic.file));
            text += &diagnostic.render(source, app.screen.paint.on);
            text.push('\n');
        }
        app.screen.write(text)?;
        let files = clone.files();
        app.screen.note(&format!(
            "{files} {}, {jobs} valid {}: {errors} {}, {warnings} {}",
            count(files, "file"),
            count(jobs, "job"),
            count(errors, "error"),
            count(warnings, "warning"),
        ));
    } else {
        let result = ValidatedManifests {
            ok: errors == 0,
            diagnostics: diagnostics.iter().map(to_api).collect(),
            jobs: clone.repository.jobs.keys().map(|key| key.as_str().to_owned()).collect(),
        };
        app.screen.show(&result, String::new)?;
    }
    if errors > 0 || args.strict && warnings > 0 { Err(Failure::silent(Kind::Failed)) } else { Ok(()) }
}

fn count(n: usize, word: &str) -> String {
    if n == 1 { word.to_owned() } else { format!("{word}s") }
}
