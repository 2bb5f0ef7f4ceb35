//! A server for the benchmarks, as it is shipped, with a tenant on it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::progress::step;
use crate::server::{Server, Start};
use crate::tenant::Tenant;
use crate::{process, repository};

/// Where benchmarks begin to look for a free port, away from what people run.
pub(super) const PORT: u16 = 18_080;

/// Builds packages in that profile and says where their programs are. The server is always built together with the
/// load generator: apart, the features of what they share differ, and everything is built twice.
pub(crate) fn build(root: &Path, profile: &str, packages: &[&str]) -> Result<PathBuf> {
    step(format!("building {} as shipped", packages.join(", ")));
    build_with(root, profile, packages, &[])
}

/// The same with further arguments for cargo.
pub(super) fn build_with(root: &Path, profile: &str, packages: &[&str], further: &[&str]) -> Result<PathBuf> {
    let mut cargo = process::cargo();
    cargo.current_dir(root).args(["build", "--profile", profile]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    process::run(cargo.args(further))?;
    Ok(repository::target_dir(root)?.join(profile))
}

/// Starts a server with its data in that directory and signs a tenant up.
pub(super) fn start(
    release: &Path,
    dir: &Path,
    name: &str,
    arguments: &[String],
) -> Result<(Server, Tenant)> {
    let server = start_again(release, dir, name, arguments)?;
    let tenant = tenant(&server)?;
    Ok((server, tenant))
}

/// Signs a tenant up.
pub(super) fn tenant(server: &Server) -> Result<Tenant> {
    Tenant::create(server, "bench", "gone with the server, hence no secret".to_owned())
}

/// Starts a server whose tenant was signed up before.
pub(super) fn start_again(release: &Path, dir: &Path, name: &str, arguments: &[String]) -> Result<Server> {
    start_with(release, dir, name, arguments, &[])
}

/// The same with variables of its environment.
pub(super) fn start_with(
    release: &Path,
    dir: &Path,
    name: &str,
    arguments: &[String],
    environment: &[(String, String)],
) -> Result<Server> {
    Server::start(&Start {
        program: &release.join("crontopus-server"),
        data: &dir.join(name),
        log: &dir.join(format!("{name}.log")),
        port: PORT,
        arguments,
        environment,
    })
}

/// A directory on the disk that is built on, as `/tmp` may be in memory.
pub(super) fn scratch(root: &Path) -> Result<tempfile::TempDir> {
    let target = repository::target_dir(root)?;
    Ok(tempfile::Builder::new().prefix("crontopus-bench-").tempdir_in(target)?)
}
