//! Saved servers: `contexts.toml` in the configuration folder, readable by its owner alone.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crontopus_client::{BaseUrl, Credential};
use crontopus_ids::TokenId;
use etcetera::{BaseStrategy as _, choose_base_strategy};
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Outcome};

/// All of them.
#[derive(Debug)]
pub(crate) struct Contexts {
    file: PathBuf,
    stored: Stored,
}

/// One server and how to be somebody there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) url: BaseUrl,
    pub(crate) token: Option<String>,
    /// The session itself, for those whose role may not make tokens.
    pub(crate) session: Option<String>,
    /// Known when `login` made the token, so that `logout` can end it.
    pub(crate) token_id: Option<TokenId>,
    pub(crate) tenant: Option<String>,
    pub(crate) user: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<String>,
    #[serde(default)]
    contexts: BTreeMap<String, StoredContext>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredContext {
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_id: Option<TokenId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
}

impl Saved {
    /// How to be somebody there, if that is known.
    pub(crate) fn credential(&self) -> Option<Credential> {
        if let Some(token) = &self.token {
            return Some(Credential::Token(token.clone()));
        }
        let cookie = self.session.clone()?;
        Some(Credential::Session { cookie, tenant: self.tenant.clone() })
    }
}

impl Contexts {
    /// Reads them; none when there is no file. `dir` is the folder unless it is the system's usual one.
    pub(crate) fn load(dir: Option<PathBuf>) -> Outcome<Self> {
        let dir = match dir {
            Some(dir) => dir,
            None => choose_base_strategy()
                .map_err(|e| {
                    Failure::new("there is no home directory to keep settings in")
                        .because(&e)
                        .hint("give a folder in CRONTOPUS_CONFIG_DIR, or the server in CRONTOPUS_URL and CRONTOPUS_TOKEN")
                })?
                .config_dir()
                .join("crontopus"),
        };
        let file = dir.join("contexts.toml");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(Failure::new(format!("{} cannot be read", file.display())).because(&e)),
        };
        let stored: Stored = toml::from_str(&text).map_err(|e| {
            Failure::new(format!("{} cannot be understood", file.display()))
                .because(&e)
                .hint("mend or delete the file, then sign in again")
        })?;
        for (name, context) in &stored.contexts {
            if let Err(e) = context.url.parse::<BaseUrl>() {
                let place = format!("{}: the address of `{name}` is not one", file.display());
                return Err(Failure::new(place).because(&e));
            }
        }
        Ok(Self { file, stored })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.stored.contexts.keys().map(String::as_str)
    }

    pub(crate) fn current_name(&self) -> Option<&str> {
        self.stored.current.as_deref().filter(|name| self.stored.contexts.contains_key(*name))
    }

    pub(crate) fn current(&self) -> Option<(String, Saved)> {
        let name = self.current_name()?;
        Some((name.to_owned(), self.get(name)?))
    }

    pub(crate) fn get(&self, name: &str) -> Option<Saved> {
        let stored = self.stored.contexts.get(name)?;
        Some(Saved {
            url: stored.url.parse().ok()?,
            token: stored.token.clone(),
            session: stored.session.clone(),
            token_id: stored.token_id,
            tenant: stored.tenant.clone(),
            user: stored.user.clone(),
        })
    }

    /// The one with this address; the current one first when several have it.
    pub(crate) fn by_url(&self, url: &BaseUrl) -> Option<(String, Saved)> {
        let others = self.names().filter_map(|name| Some((name.to_owned(), self.get(name)?)));
        self.current().into_iter().chain(others).find(|(_, saved)| saved.url == *url)
    }

    /// Adds or replaces one.
    pub(crate) fn set(&mut self, name: &str, saved: Saved) {
        let Saved { url, token, session, token_id, tenant, user } = saved;
        let stored = StoredContext { url: url.to_string(), token, session, token_id, tenant, user };
        self.stored.contexts.insert(name.to_owned(), stored);
    }

    pub(crate) fn select(&mut self, name: &str) {
        self.stored.current = Some(name.to_owned());
    }

    /// Whether there was one by that name.
    pub(crate) fn remove(&mut self, name: &str) -> bool {
        if self.stored.current.as_deref() == Some(name) {
            self.stored.current = None;
        }
        self.stored.contexts.remove(name).is_some()
    }

    /// Writes them so that a crash leaves the old file or the new one, and nobody else can read it.
    pub(crate) fn save(&self) -> Outcome {
        let text = toml::to_string_pretty(&self.stored)
            .map_err(|e| Failure::new("the settings cannot be written").because(&e))?;
        write_private(&self.file, text.as_bytes())
            .map_err(|e| Failure::new(format!("{} cannot be written", self.file.display())).because(&e))
    }
}

fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    let draft = file.with_extension(format!("toml.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut f| {
        f.write_all(bytes)?;
        f.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&draft, file)) {
        // The draft is of no use; that it may stay behind is the lesser trouble.
        fs::remove_file(&draft).ok();
        return Err(error);
    }
    Ok(())
}
