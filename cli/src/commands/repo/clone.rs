use std::path::PathBuf;

use clap::Args;

use super::resolve;
use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::plain;
use crate::process;

#[derive(Debug, Args)]
pub(crate) struct Clone {
    /// Which; may be left out when there is only one
    name: Option<String>,
    /// Folder to clone into; the repository's name when absent
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Clone, app: &App) -> Outcome {
    let client = app.client()?;
    let repository = resolve(&client, args.name.as_deref())?;
    // The path comes from the server and becomes an argument: it is held to the shape it must have.
    let fine = |c: char| c.is_ascii_alphanumeric() || "/-._".contains(c);
    if !repository.git_path.starts_with("/git/") || !repository.git_path.chars().all(fine) {
        return Err(Failure::new(format!(
            "`{}` is no path of a Git repository",
            plain(&repository.git_path)
        )));
    }
    let url = client.base_url().join(&repository.git_path);
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(&repository.name));
    let helper = helper(app)?;
    let setting = format!("credential.{}.helper={helper}", client.base_url());
    // The first, empty helper makes Git forget those of the user's own configuration for this server.
    let reset = format!("credential.{}.helper=", client.base_url());
    let arguments: Vec<std::ffi::OsString> = ["clone", "-c", &reset, "-c", &setting, "--", &url]
        .iter()
        .map(Into::into)
        .chain([dir.into()])
        .collect();
    match process::run("git", &arguments) {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::new("git did not clone it")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Failure::new("git is not installed").hint(format!("any Git client can clone {url}")))
        }
        Err(error) => Err(Failure::new("git cannot be started").because(&error)),
    }
}

/// The command Git asks for the token: this very program, so that the clone holds no secret.
fn helper(app: &App) -> Outcome<String> {
    let program = std::env::current_exe()
        .map_err(|e| Failure::new("this program does not know where it is").because(&e))?;
    let program = program.to_str().filter(|p| !p.contains(['\'', '\n'])).ok_or_else(|| {
        Failure::of(Kind::Failed, "the path of this program cannot be written into a Git configuration")
    })?;
    let mut command = format!("!'{program}'");
    if let Some(dir) = &app.globals.config_dir {
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        match dir.to_str().filter(|d| !d.contains(['\'', '\n'])) {
            Some(dir) => command += &format!(" --config-dir '{dir}'"),
            None => {
                return Err(Failure::new(
                    "the path of the settings cannot be written into a Git configuration",
                ));
            }
        }
    }
    Ok(command + " git-credential")
}
