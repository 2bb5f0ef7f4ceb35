use std::process::ExitCode;

use anyhow::Context as _;
use crontopus_store::Store;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;

/// Brings the schema up to this version and says what it did.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let config = Config::load(&options)?;
    let data = DataDir::open(&config.data)?;
    block_on(async move {
        let url = config.database_url(&data);
        let store = Store::open(&url).await.context("cannot open the database")?;
        let pending = store.pending_migrations().await?;
        store.migrate().await.context("cannot migrate the database")?;
        match pending.is_empty() {
            true => println!("{} is up to date", store.describe().await?),
            false => println!("applied {}", pending.join(", ")),
        }
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
