use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::namespace::Namespace;
use crate::program;

/// What fills a full disk.
const BALLAST: &str = "ballast";

/// A small file system for one program, in a mount namespace of its own.
#[derive(Debug)]
pub struct Disk {
    namespace: Namespace,
    /// Where it is mounted.
    dir: tempfile::TempDir,
}

impl Disk {
    /// Mounts one in memory, of so many MiB.
    pub fn in_memory(mib: u32) -> anyhow::Result<Self> {
        Self::mount(|dir| format!("mount -t tmpfs -o mode=0755,size={mib}m tmpfs {dir}"))
    }

    /// Mounts an ext4 in a file, of so many MiB, that the kernel makes read-only when something is wrong with it.
    pub fn in_a_file(mib: u32) -> anyhow::Result<Self> {
        Self::mount(|dir| {
            format!(
                "truncate -s {mib}M {dir}.img && mkfs.ext4 -q -O ^has_journal {dir}.img && \
                 mount -o loop,errors=remount-ro {dir}.img {dir}"
            )
        })
    }

    fn mount(line: impl FnOnce(&str) -> String) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))?;
        let at = dir.path().join("disk");
        fs::create_dir(&at)?;
        Ok(Self { namespace: Namespace::start("the disk", &line(&at.display().to_string()))?, dir })
    }

    /// Where it is for programs that were started by [`Disk::command`].
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("disk")
    }

    /// Where a file on it is for everybody.
    pub fn outside(&self, name: &str) -> PathBuf {
        self.namespace.outside(&self.path().join(name))
    }

    /// A command of a program that sees it.
    pub fn command(&self, name: &str) -> Command {
        self.namespace.command(name)
    }

    /// Fills it to the last byte.
    pub fn fill(&self) -> anyhow::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(self.outside(BALLAST))?;
        for size in [1 << 20, 64 << 10, 4 << 10, 1] {
            let bytes = vec![7; size];
            loop {
                match file.write(&bytes) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error).context("the disk cannot be filled"),
                }
            }
        }
        Ok(())
    }

    /// Takes away what filled it.
    pub fn make_room(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.outside(BALLAST))?)
    }

    /// Lets the kernel find an error of the ext4, so that it makes it read-only under whoever writes to it.
    pub fn break_it(&self) -> anyhow::Result<()> {
        let found = self.namespace.sh(&format!("findmnt -n -o SOURCE {}", self.path().display()))?;
        let device = String::from_utf8_lossy(&found.stdout).trim().replace("/dev/", "");
        ensure!(device.starts_with("loop"), "the disk is on `{device}`");
        fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "told to")?;
        Ok(())
    }

    /// Unmounts it, repairs it and mounts it again, as an operator does. Nobody may use it meanwhile.
    pub fn repair(&self) -> anyhow::Result<()> {
        let at = self.path().display().to_string();
        // The check answers 1 when it has mended something.
        let line = format!(
            "umount {at} && {{ fsck.ext4 -p {at}.img; [ $? -le 1 ]; }} && mount -o loop,errors=remount-ro {at}.img {at}"
        );
        let done = self.namespace.sh(&line)?;
        ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }
}

/// A disk that is slow, or read-only for a while, for whoever is started with its environment; see `xtask/disk`.
#[derive(Debug)]
pub struct Preload {
    dir: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Preload {
    /// One whose flushes each take so many microseconds longer.
    pub fn slow(flush_us: u32) -> anyhow::Result<Self> {
        Self::build(vec![("CRONTOPUS_DISK_FLUSH_US".to_owned(), flush_us.to_string())])
    }

    /// One that [`Preload::set_read_only`] makes read-only, below a directory.
    pub fn read_only(below: PathBuf) -> anyhow::Result<Self> {
        let mut preload =
            Self::build(vec![("CRONTOPUS_DISK_BELOW".to_owned(), below.display().to_string())])?;
        let flag = preload.flag().display().to_string();
        preload.variables.push(("CRONTOPUS_DISK_READ_ONLY".to_owned(), flag));
        Ok(preload)
    }

    fn build(mut variables: Vec<(String, String)>) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        // A database runs as another user.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))?;
        let library = dir.path().join("disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../xtask/disk/disk.c");
        let mut cc = program("cc");
        let done =
            cc.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).args([source, "-ldl"]).output()?;
        ensure!(done.status.success(), "cc: {}", String::from_utf8_lossy(&done.stderr));
        variables.push(("LD_PRELOAD".to_owned(), library.display().to_string()));
        Ok(Self { dir, variables })
    }

    /// From now on nothing can be written, or again.
    pub fn set_read_only(&self, read_only: bool) -> anyhow::Result<()> {
        match read_only {
            true => drop(File::create(self.flag())?),
            false => fs::remove_file(self.flag())?,
        }
        Ok(())
    }

    fn flag(&self) -> PathBuf {
        self.dir.path().join("read-only")
    }

    /// What a program is started with.
    pub fn environment(&self) -> Vec<(String, String)> {
        self.variables.clone()
    }
}
