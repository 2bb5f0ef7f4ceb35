//! A disk that needs 4 ms for each flush, for whatever process is started with its environment.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::debian::{self, Need};
use crate::process;

/// The library that is preloaded; see `xtask/disk`.
pub(super) struct SlowDisk {
    dir: TempDir,
}

impl SlowDisk {
    /// Compiles it, where also an unprivileged database can read it.
    pub(super) fn build(root: &Path) -> Result<Self> {
        debian::ensure(&[Need { program: "cc", package: "gcc" }])?;
        let dir = tempfile::Builder::new().prefix("crontopus-disk-").tempdir()?;
        std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
        let mut cc = process::command("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-o"]).arg(dir.path().join("disk.so"));
        process::read(cc.arg(root.join("xtask/disk/disk.c")).arg("-ldl"))
            .context("cannot compile the slow disk")?;
        Ok(Self { dir })
    }

    /// What the process is started with.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        vec![
            ("LD_PRELOAD".to_owned(), self.dir.path().join("disk.so").display().to_string()),
            ("CRONTOPUS_DISK_FLUSH_US".to_owned(), "4000".to_owned()),
        ]
    }
}
