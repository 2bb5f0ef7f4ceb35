//! Programs that do not come with Rust: found, installed as root on Debian, or asked for with the exact command.

use anyhow::{Context as _, Result};

use crate::process;
use crate::progress::{fail, step};

/// A program and the Debian package that has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Need {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

/// Installs what is missing when that is possible without asking; says how to otherwise.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let packages = missing(needs, |program| match program {
        "postgres" => crate::postgres::binaries().is_some(),
        _ => process::find(program).is_some(),
    });
    if packages.is_empty() {
        return Ok(());
    }
    if !process::is_root() || process::find("apt-get").is_none() {
        return Err(fail(
            format!("missing on this machine: {}", packages.join(", ")),
            format!(
                "sudo apt-get install --yes {}   (or your system's packages of these)",
                packages.join(" ")
            ),
        ));
    }
    step(format!("installing {}", packages.join(", ")));
    process::run(apt_get().args(["update", "--quiet=2"])).context("cannot read the lists of packages")?;
    process::run(apt_get().args(["install", "--yes", "--quiet=2", "--no-install-recommends"]).args(&packages))
        .with_context(|| format!("cannot install {}", packages.join(", ")))
}

fn missing(needs: &[Need], is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut packages: Vec<&str> =
        needs.iter().filter(|need| !is_there(need.program)).map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn apt_get() -> std::process::Command {
    let mut command = process::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_of_missing_programs_are_named_once() {
        let needs = [
            Need { program: "unshare", package: "util-linux" },
            Need { program: "setpriv", package: "util-linux" },
            Need { program: "git", package: "git" },
        ];
        assert_eq!(missing(&needs, |program| program == "git"), ["util-linux"]);
        assert!(missing(&needs, |_| true).is_empty());
    }
}
