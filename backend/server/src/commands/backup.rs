use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use crontopus_clock::{Clock as _, SystemClock};
use crontopus_store::{Snapshot, Store};

use super::block_on;
use crate::archive::{About, Writer};
use crate::config::{Config, Options};
use crate::data_dir::{DATABASE, DataDir};

/// Writes database, keys and Git repositories to one file, while the service runs.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; it must not be there. It holds every secret of the service: keep it as such
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Leaves the database out, for one on PostgreSQL that `pg_dump` backs up
    #[arg(long)]
    without_database: bool,
    #[command(flatten)]
    options: Options,
}

impl Backup {
    /// Makes the backup and says how large it is.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.options)?;
        if !config.data.is_dir() {
            bail!("there is no data directory {}; name it with `--data`", config.data.display());
        }
        let data = DataDir::open(&config.data)?;
        let about = About::new(SystemClock.now().to_string(), !self.without_database);
        // The database first: repositories and keys then hold at least what it speaks of.
        let copy = match self.without_database {
            true => None,
            false => Some(block_on(copy(&config, &data))?),
        };
        let mut writer = Writer::create(&self.file, &about)?;
        if let Some(copy) = &copy {
            writer.add_file(Path::new(DATABASE), &copy.0)?;
        }
        let skipped = self.file.canonicalize().unwrap_or_else(|_| self.file.clone());
        add(&mut writer, data.path(), Path::new(""), &skipped)?;
        let bytes = writer.finish()?;
        println!("{}: {bytes} bytes", self.file.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// A copy of the database beside it, which goes when it was used.
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            eprintln!("warning: {} is left over: {error}", self.0.display());
        }
    }
}

async fn copy(config: &Config, data: &DataDir) -> anyhow::Result<Copy> {
    if config.is_postgres() {
        bail!(
            "the database is on PostgreSQL, whose own tool backs it up: run `pg_dump --format=custom --no-owner \
             --file=crontopus.dump` with its address, and then this with `--without-database` for keys and \
             repositories. docs/backup.md has every command, also for the way back"
        );
    }
    let url = config.database_url(data);
    if !Path::new(&url).is_file() {
        bail!("there is no database {url}; name it with `--database` or its directory with `--data`");
    }
    let store = Store::open(&url).await.context("cannot open the database")?;
    let path = data.path().join(format!("{DATABASE}.backup"));
    if path.exists() {
        // Left by a backup that was killed.
        std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    let written = store.snapshot(&path).await.context("cannot copy the database");
    store.close().await;
    match written? {
        Snapshot::Written => Ok(Copy(path)),
        Snapshot::NotAFile => bail!("the database is no file"),
    }
}

/// Adds everything below `root/below` but the database and what lives only as long as the process. A
/// repository's objects go last: every reference in the backup then has its objects there too.
fn add(writer: &mut Writer, root: &Path, below: &Path, skipped: &Path) -> anyhow::Result<()> {
    let directory = root.join(below);
    let read =
        std::fs::read_dir(&directory).with_context(|| format!("cannot read {}", directory.display()))?;
    let mut names = read.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| (name == "objects", name.clone()));
    for name in names {
        let (relative, path) = (below.join(&name), directory.join(&name));
        let kind = match path.symlink_metadata() {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot look at {}", path.display())),
        };
        if is_passing(below, &name) || path == skipped {
            continue;
        }
        if kind.is_dir() {
            writer.add_directory(&relative)?;
            add(writer, root, &relative, skipped)?;
        } else if kind.is_file() {
            writer.add_file(&relative, &path)?;
        } else if kind.is_symlink() {
            bail!(
                "{} is a link; the data directory holds none, replace it by what it points to",
                path.display()
            );
        }
    }
    Ok(())
}

/// Whether a name is a lock, or, directly in the data directory, the database or its journal (the copy stands
/// for them) or a file that is still being written. A branch may be called anything but `….lock`.
fn is_passing(below: &Path, name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let unfinished = || [".new", ".tmp", ".partial"].iter().any(|ending| name.ends_with(ending));
    name.ends_with(".lock") || (below.as_os_str().is_empty() && (name.starts_with(DATABASE) || unfinished()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_is_left_out() {
        for (below, name, passing) in [
            ("", "crontopus.db", true),
            ("", "crontopus.db-wal", true),
            ("", "server.key", false),
            ("", "server.new", true),
            ("git/acme/jobs.git", "packed-refs.lock", true),
            ("git/acme/jobs.git/refs/heads", "draft.new", false),
            ("git/acme/jobs.git", "crontopus.db", false),
        ] {
            assert_eq!(is_passing(Path::new(below), OsStr::new(name)), passing, "{below}/{name}");
        }
    }
}
