use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use crontopus_manifest::{Kind as ManifestKind, is_dns_label, template};

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus manifest new backup
  crontopus manifest new backup --out production/backup.yaml")]
pub(crate) struct New {
    /// Its name: a-z, 0-9 and `-` between them
    name: String,
    /// What kind
    #[arg(long, value_enum, default_value_t)]
    kind: Choice,
    /// File to make; written to standard output when absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Choice {
    #[default]
    Job,
    Policy,
    Route,
    Maintenance,
}

pub(crate) fn run(args: &New, app: &App) -> Outcome {
    if !is_dns_label(&args.name) {
        return Err(Failure::of(Kind::Usage, format!("`{}` cannot be a name", args.name))
            .hint("use a-z, 0-9 and `-` between them, at most 63"));
    }
    let kind = match args.kind {
        Choice::Job => ManifestKind::Job,
        Choice::Policy => ManifestKind::Policy,
        Choice::Route => ManifestKind::Route,
        Choice::Maintenance => ManifestKind::Maintenance,
    };
    let text = template(&args.name, kind);
    let Some(file) = &args.out else { return app.screen.write(text) };
    let failed = |e: &std::io::Error| Failure::new(format!("{} cannot be made", file.display())).because(e);
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).map_err(|e| failed(&e))?;
    }
    // A file that is there is somebody's work.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(file)
        .and_then(|mut f| f.write_all(text.as_bytes()))
        .map_err(|e| failed(&e))?;
    app.screen.note(&format!("Made {}. Check it: crontopus manifest validate", file.display()));
    Ok(())
}
