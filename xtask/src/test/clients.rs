//! Clients of other monitors, from the registries their users have them from.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::progress::note;
use crate::{process, repository};

/// Installs the pinned clients below the target directory, once for each set of versions; `None`, with a word,
/// when a registry or a program is away.
pub(super) fn install(root: &Path) -> Result<Option<PathBuf>> {
    let place = repository::target_dir(root)?.join("clients");
    let source = root.join("e2e/clients");
    let read = |name: &str| {
        std::fs::read_to_string(source.join(name)).with_context(|| format!("cannot read e2e/clients/{name}"))
    };
    let (requirements, package) = (read("requirements.txt")?, read("package.json")?);
    let wanted = format!("{requirements}{package}");
    let stamp = place.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(Some(place));
    }
    for program in ["python3", "npm", "node"] {
        if process::find(program).is_none() {
            note(format!("other monitors' clients are left out: {program} is not installed"));
            return Ok(None);
        }
    }
    note("installing other monitors' clients from PyPI and npm; this happens once");
    if place.exists() {
        std::fs::remove_dir_all(&place).context("cannot remove the clients that were there")?;
    }
    std::fs::create_dir_all(&place).context("cannot make a directory for the clients")?;
    std::fs::write(place.join("package.json"), package).context("cannot write package.json")?;
    let pip = place.join("venv/bin/pip");
    let steps = [
        ("python3", vec!["-m".into(), "venv".into(), place.join("venv").display().to_string()]),
        (
            &*pip.to_string_lossy(),
            vec![
                "install".into(),
                "--quiet".into(),
                "-r".into(),
                source.join("requirements.txt").display().to_string(),
            ],
        ),
        (
            "npm",
            ["install", "--no-audit", "--no-fund", "--silent", "--no-package-lock"].map(String::from).into(),
        ),
    ];
    for (program, arguments) in steps {
        let mut command = process::command(program);
        command.args(arguments).current_dir(&place);
        if let Err(error) = process::run(&mut command) {
            note(format!("other monitors' clients are left out, for they cannot be installed: {error:#}"));
            return Ok(None);
        }
    }
    std::fs::write(&stamp, wanted).context("cannot write down what is installed")?;
    Ok(Some(place))
}
