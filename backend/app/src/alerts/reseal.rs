use crontopus_store::SystemScope;

use crate::{App, Result};

/// What a change of the key did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Secrets that are encrypted with the first key now.
    pub changed: usize,
    /// Secrets that none of the keys opens; they stay as they are.
    pub unreadable: usize,
}

impl App {
    /// Encrypts every kept secret anew with the first key, so that the others can be thrown away. Safe to repeat,
    /// and while the service runs.
    pub async fn reseal(&self) -> Result<Resealed> {
        let secrets = self.secrets()?;
        let mut done = Resealed::default();
        let mut read = self.store.read(SystemScope::for_operator()).await?;
        let channels = read.list_sealed_channels().await?;
        let repositories = read.list_sealed_repositories().await?;
        drop(read);
        for (tenant, id, sealed) in channels {
            let Some(text) = secrets.open_sealed(id.to_string().as_bytes(), &sealed) else {
                done.unreadable += 1;
                continue;
            };
            let anew = secrets.seal(id.to_string().as_bytes(), &text, self.random());
            let mut tx = self.store.begin(SystemScope::for_operator()).await?;
            done.changed += usize::from(tx.reseal_channel(tenant, id, (&sealed, &anew)).await?);
            tx.commit().await?;
        }
        for (tenant, id, sealed) in repositories {
            let Some(text) = secrets.open_sealed(id.to_string().as_bytes(), &sealed) else {
                done.unreadable += 1;
                continue;
            };
            let anew = secrets.seal(id.to_string().as_bytes(), &text, self.random());
            let mut tx = self.store.begin(SystemScope::for_operator()).await?;
            done.changed += usize::from(tx.reseal_repository(tenant, id, (&sealed, &anew)).await?);
            tx.commit().await?;
        }
        Ok(done)
    }
}
