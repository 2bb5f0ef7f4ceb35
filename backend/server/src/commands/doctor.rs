use std::process::ExitCode;

use crontopus_store::Store;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::DataDir;

/// One thing looked at: its name, and what is well or what to do.
type Finding = (&'static str, Result<String, String>);

/// Looks at everything the service needs; fails when something is to be done.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let mut findings: Vec<Finding> = Vec::new();
    let config = match Config::load(&options) {
        Ok(config) => {
            findings.push(("settings", Ok("readable".to_owned())));
            config
        }
        Err(error) => {
            findings.push(("settings", Err(format!("{error:#}"))));
            return Ok(print(&findings));
        }
    };
    findings.push(("public URL", public_url(&config)));
    match DataDir::open(&config.data) {
        Ok(data) => {
            findings.push(("data directory", Ok(data.path().display().to_string())));
            findings.push(("server key", data.server_key().map(|_| "0600".into()).map_err(|e| format!("{e:#}"))));
            findings.extend(block_on(async { Ok(database(&config.database_url(&data)).await) })?);
        }
        Err(error) => findings.push(("data directory", Err(format!("{error:#}")))),
    }
    Ok(print(&findings))
}

async fn database(url: &str) -> Vec<Finding> {
    let store = match Store::open(url).await {
        Ok(store) => store,
        Err(error) => {
            let text = format!("{error}; check `--database`, and that the server is up");
            return vec![("database", Err(text))];
        }
    };
    let schema = match store.pending_migrations().await {
        Ok(pending) if pending.is_empty() => Ok("up to date".to_owned()),
        Ok(pending) => Err(format!("{} not applied; run `crontopus-server migrate`", pending.join(", "))),
        Err(error) => Err(error.to_string()),
    };
    let answers = store.describe().await.map_err(|e| e.to_string());
    store.close().await;
    vec![("database", answers), ("schema", schema)]
}

fn public_url(config: &Config) -> Result<String, String> {
    match &config.public_url {
        Some(url) if url.starts_with("https://") => Ok(url.clone()),
        Some(url) => Ok(format!("{url} (not HTTPS: keep it to this machine, or put a proxy before it)")),
        None => Ok("not set: the address listened on is taken; set `--public-url` for other hosts".to_owned()),
    }
}

fn print(findings: &[Finding]) -> ExitCode {
    for (name, finding) in findings {
        match finding {
            Ok(text) => println!("ok    {name}: {text}"),
            Err(text) => println!("FIX   {name}: {text}"),
        }
    }
    match findings.iter().all(|(_, f)| f.is_ok()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
