use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use crontopus_store::Store;

use super::block_on;
use crate::archive::{About, unpack};
use crate::config::{Config, Options};
use crate::data_dir::{DATABASE, DataDir};

/// Unpacks a backup into a new data directory.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// A file that `backup` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

impl Restore {
    /// Restores and says what the backup was. The data directory is there whole or not at all.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.options)?;
        refuse_used(&config.data)?;
        let staging = staging(&config.data)?;
        let restored = self.restore(&config, &staging);
        if restored.is_err() && staging.exists() {
            std::fs::remove_dir_all(&staging)
                .with_context(|| format!("cannot remove what was unpacked to {}", staging.display()))?;
        }
        let about = restored?;
        println!("{}: made {} by version {}", config.data.display(), about.made_at, about.version);
        if !about.with_database {
            println!(
                "the database is not in it: restore it with `pg_restore --no-owner --exit-on-error --dbname` into an \
                 empty database"
            );
        }
        Ok(ExitCode::SUCCESS)
    }

    fn restore(&self, config: &Config, staging: &Path) -> anyhow::Result<About> {
        let data = DataDir::open(staging)?;
        let about = unpack(&self.file, data.path())?;
        if about.with_database {
            if config.database.is_some() {
                bail!(
                    "the backup's database belongs into the data directory; restore it without `--database`"
                );
            }
            block_on(check_database(&data))?;
        }
        data.server_key().context("the backup's key cannot be used")?;
        std::fs::rename(staging, &config.data)
            .with_context(|| format!("cannot name the data directory {}", config.data.display()))?;
        Ok(about)
    }
}

/// Refuses a directory with something in it.
fn refuse_used(data: &Path) -> anyhow::Result<()> {
    match std::fs::read_dir(data) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot look into {}", data.display())),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => bail!("{} is not empty; restore into a new directory", data.display()),
        },
    }
}

/// A new directory beside the data directory, on the same disk.
fn staging(data: &Path) -> anyhow::Result<PathBuf> {
    let data = std::path::absolute(data)?;
    let name = data.file_name().context("the data directory has no name")?.to_string_lossy().into_owned();
    let staging = data.with_file_name(format!(".{name}.restoring"));
    if staging.exists() {
        bail!("{} is left from a restore that was ended; remove it", staging.display());
    }
    Ok(staging)
}

/// Opens the database once and brings its schema up to this version.
async fn check_database(data: &DataDir) -> anyhow::Result<()> {
    let path = data.path().join(DATABASE);
    if !path.is_file() {
        bail!("the backup says that its database is in it, but it is not");
    }
    let store =
        Store::open(&path.display().to_string()).await.context("cannot open the backup's database")?;
    let migrated = store.migrate().await.context("cannot migrate the backup's database");
    store.close().await;
    migrated
}
