use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::wiring;

/// Encrypts credentials of repositories and settings of channels anew with the first key. The service may run
/// meanwhile; when this says that none is unreadable, the other keys can be thrown away.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let config = Config::load(&options)?;
    let data = DataDir::open(&config.data)?;
    block_on(async move {
        let running = wiring::start(&config, &data, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let done = running.app.reseal().await;
        running.finish().await;
        let done = done?;
        println!("{} encrypted anew, {} unreadable", done.changed, done.unreadable);
        Ok(if done.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
