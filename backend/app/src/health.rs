use crate::App;

/// One part of the service, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `database`, …
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What is wrong, or what is worth knowing.
    pub detail: String,
}

impl App {
    /// Looks at each part that requests need.
    pub async fn check_health(&self) -> Vec<Check> {
        let database = match self.store.describe().await {
            Ok(version) => Check { name: "database", ok: true, detail: version },
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                Check { name: "database", ok: false, detail: "it does not answer".to_owned() }
            }
        };
        vec![database]
    }
}
