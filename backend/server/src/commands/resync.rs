use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;
use crate::wiring;

/// Makes jobs, documents and diagnostics of every repository anew from Git, and says what was not as Git
/// says. Ids and what is monitored stay. The service may run meanwhile.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let config = Config::load(&options)?;
    let data = DataDir::open(&config.data)?;
    block_on(async move {
        let running = wiring::start(&config, &data, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let done = running.app.resync_all().await;
        running.finish().await;
        let (mut jobs, mut mended) = (0, 0);
        for one in done? {
            let commit = one.commit.as_deref().map_or("empty", |c| &c[..c.len().min(12)]);
            println!("{} {} at {commit}: {} jobs, {} mended", one.tenant_id, one.name, one.jobs, one.mended);
            (jobs, mended) = (jobs + one.jobs, mended + one.mended);
        }
        println!("{jobs} jobs, {mended} mended");
        Ok(ExitCode::SUCCESS)
    })
}
