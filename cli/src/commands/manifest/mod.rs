mod explain;
mod new;
mod validate;

use clap::Subcommand;
use crontopus_manifest::json_schema;

use crate::app::App;
use crate::args::Format;
use crate::failure::Outcome;

/// Write and check manifests; needs no server.
#[derive(Debug, Subcommand)]
pub(crate) enum Manifest {
    /// Check every manifest below a folder, as a push would
    Validate(validate::Validate),
    /// Write the JSON Schema of manifests, for editors
    Schema,
    /// Write a first manifest to start from
    New(new::New),
    /// Explain a field
    Explain(explain::Explain),
}

pub(crate) fn run(command: Manifest, app: &App) -> Outcome {
    match command {
        Manifest::Validate(args) => validate::run(&args, app),
        Manifest::Schema => {
            let schema = json_schema();
            match app.screen.format {
                Format::Yaml => app.screen.show(&schema, String::new),
                Format::Table | Format::Json => app.screen.json(&schema),
            }
        }
        Manifest::New(args) => new::run(&args, app),
        Manifest::Explain(args) => explain::run(&args, app),
    }
}
