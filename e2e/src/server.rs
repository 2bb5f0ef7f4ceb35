use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::{Running, program};

/// The real server with its data in a temporary directory.
#[derive(Debug)]
pub struct Server {
    /// Its address, without a slash at the end.
    pub url: String,
    data: tempfile::TempDir,
    database: Option<String>,
    settings: String,
    running: Option<Running>,
}

impl Server {
    /// Starts it on SQLite.
    pub fn start() -> anyhow::Result<Self> {
        Self::with_database(None)
    }

    /// Starts it on the database at `url`; on SQLite when there is none.
    pub fn with_database(url: Option<String>) -> anyhow::Result<Self> {
        Self::with(url, "")
    }

    /// Starts it on SQLite with these settings, as they stand in a settings file.
    pub fn with_settings(settings: &str) -> anyhow::Result<Self> {
        Self::with(None, settings)
    }

    fn with(database: Option<String>, settings: &str) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let settings = settings.to_owned();
        let mut server = Self { url: String::new(), data, database, settings, running: None };
        server.launch("127.0.0.1:0")?;
        Ok(server)
    }

    fn launch(&mut self, listen: &str) -> anyhow::Result<()> {
        let mut command = program("crontopus-server");
        command.arg("serve").arg("--data").arg(self.data.path()).args(["--listen", listen]);
        if !self.settings.is_empty() {
            let path = self.scratch("settings.toml");
            std::fs::write(&path, &self.settings)?;
            command.arg("--config").arg(path);
        }
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
        let mut running = Running::start("crontopus-server", &mut command)?;
        let line = running.line("listening on http://")?;
        let at = line.find("http://").context("the line names an address")?;
        let address =
            line[at..].split(|c: char| c.is_whitespace() || c == '"').next().context("an address")?;
        self.url = address.trim_end_matches('/').to_owned();
        self.running = Some(running);
        Ok(())
    }

    /// Kills it on the spot.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.running.take().map_or(Ok(()), Running::kill)
    }

    /// Starts it again at the same address with the same data.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        self.launch(&address)
    }

    /// Its directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Everything it wrote since it was last started.
    pub fn log(&self) -> String {
        self.running.as_ref().map(Running::log).unwrap_or_default()
    }

    /// A directory below its own that tests may use.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }
}
