use crontopus_store::SystemScope;

use crate::{App, Result, sealed};

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
        let all = sealed::list(&mut read).await?;
        drop(read);
        for (keeper, before) in all {
            let Some(text) = secrets.open_sealed(&keeper.owner(), &before) else {
                done.unreadable += 1;
                continue;
            };
            let after = secrets.seal(&keeper.owner(), &text, self.random());
            let mut tx = self.store.begin(SystemScope::for_operator()).await?;
            done.changed += usize::from(keeper.replace(&mut tx, (&before, &after)).await?);
            tx.commit().await?;
        }
        Ok(done)
    }
}
