use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

use crate::{Disk, Running, program};

/// The real server with its data in a temporary directory.
#[derive(Debug)]
pub struct Server {
    /// Its address, without a slash at the end.
    pub url: String,
    dir: tempfile::TempDir,
    place: Place,
    running: Option<Running>,
}

/// Where and how a server runs.
#[derive(Debug, Default)]
pub struct Place {
    /// The address of its PostgreSQL; on SQLite when absent.
    pub database: Option<String>,
    /// Settings, as they stand in a settings file.
    pub settings: String,
    /// The disk its data is on; a temporary directory when absent.
    pub disk: Option<Arc<Disk>>,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
}

impl Server {
    /// Starts it on SQLite.
    pub fn start() -> anyhow::Result<Self> {
        Self::at(Place::default())
    }

    /// Starts it on the database at `url`; on SQLite when there is none.
    pub fn with_database(url: Option<String>) -> anyhow::Result<Self> {
        Self::at(Place { database: url, ..Place::default() })
    }

    /// Starts it on SQLite with these settings, as they stand in a settings file.
    pub fn with_settings(settings: &str) -> anyhow::Result<Self> {
        Self::at(Place { settings: settings.to_owned(), ..Place::default() })
    }

    /// Starts it there.
    pub fn at(place: Place) -> anyhow::Result<Self> {
        let mut server = Self { url: String::new(), dir: tempfile::tempdir()?, place, running: None };
        server.launch("127.0.0.1:0")?;
        Ok(server)
    }

    fn launch(&mut self, listen: &str) -> anyhow::Result<()> {
        let (mut command, data) = match &self.place.disk {
            Some(disk) => (disk.command("crontopus-server"), disk.path().join("server")),
            None => (program("crontopus-server"), self.dir.path().to_owned()),
        };
        command.arg("serve").arg("--data").arg(data).args(["--listen", listen]);
        command.envs(self.place.environment.iter().cloned());
        if !self.place.settings.is_empty() {
            let path = self.scratch("settings.toml");
            std::fs::write(&path, &self.place.settings)?;
            command.arg("--config").arg(path);
        }
        if let Some(database) = &self.place.database {
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

    /// Asks it to end and waits until it has; what it wrote.
    pub fn stop(&mut self) -> anyhow::Result<String> {
        let Some(running) = self.running.take() else { return Ok(String::new()) };
        let log = running.log();
        running.terminate()?;
        Ok(log)
    }

    /// Whether it is still the process that was started last.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(Running::is_running)
    }

    /// The address of the internal listener, if it was asked for.
    pub fn internal(&mut self) -> anyhow::Result<String> {
        Ok(format!("http://{}", self.address_in("internal listener")?))
    }

    /// Address and port of the listener for mail, if it was asked for.
    pub fn mail(&mut self) -> anyhow::Result<String> {
        self.address_in("listener for mail")
    }

    /// The address in the line of its log that holds `text`.
    fn address_in(&mut self, text: &str) -> anyhow::Result<String> {
        let line = self.running.as_mut().context("it runs")?.line(text)?;
        let address = line.split("address=").nth(1).context("the line names an address")?;
        Ok(address.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Starts it again at the same address with the same data.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        self.launch(&address)
    }

    /// Its directory, unless its data is on a disk of its own.
    pub fn data(&self) -> &Path {
        self.dir.path()
    }

    /// Everything it wrote since it was last started.
    pub fn log(&self) -> String {
        self.running.as_ref().map(Running::log).unwrap_or_default()
    }

    /// A directory below its own that tests may use.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}
