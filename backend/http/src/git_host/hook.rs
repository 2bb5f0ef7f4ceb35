use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Tells the hook where to ask.
pub const SOCKET_VARIABLE: &str = "CRONTOPUS_HOOK_SOCKET";
/// Tells the hook for which push it asks; good for one push only.
pub const TOKEN_VARIABLE: &str = "CRONTOPUS_HOOK_TOKEN";

/// What the hook of one push is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Environment<'a> {
    pub(super) hooks: &'a Path,
    pub(super) socket: &'a Path,
    pub(super) token: &'a str,
}

/// Writes the only hook there is. Hooks inside repositories are never looked at, because `core.hooksPath`
/// points here.
pub(super) fn install(data: &Path, program: &Path) -> io::Result<PathBuf> {
    let hooks = data.join("hooks");
    fs::create_dir_all(&hooks)?;
    let program = program.to_str().filter(|p| !p.contains('\'')).ok_or_else(|| {
        io::Error::other(format!("the program's path {} cannot be written into a script", program.display()))
    })?;
    let (hook, fresh) = (hooks.join("pre-receive"), hooks.join(".pre-receive.tmp"));
    fs::write(&fresh, format!("#!/bin/sh\nexec '{program}' hook pre-receive\n"))?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o700))?;
    fs::rename(&fresh, &hook)?;
    Ok(hooks)
}
