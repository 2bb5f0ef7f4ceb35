//! From stored documents to rules.

use crontopus_manifest::{Body, parse_document};

use super::Rules;

impl Rules {
    /// Takes over a route or a maintenance in its canonical form; other documents say nothing about alerts.
    ///
    /// # Errors
    /// What is wrong with it, for the log: it was valid when it was stored.
    pub fn add_document(&mut self, manifest: &str) -> Result<(), String> {
        let document = parse_document(manifest).map_err(|problems| {
            let all: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
            all.join("; ")
        })?;
        match document.body {
            Body::Route(route) => {
                let name = route.key().to_string();
                let taken = self
                    .routes
                    .iter()
                    .filter(|(key, _)| *key == name || key.starts_with(&format!("{name}#")));
                // Two repositories may each have a route of the same name.
                let key = match taken.count() {
                    0 => name,
                    before => format!("{name}#{}", before + 1),
                };
                self.routes.push((key, route));
            }
            Body::Maintenance(maintenance) => self.maintenance.push(maintenance),
            Body::Job(_) | Body::Policy(_) => {}
        }
        Ok(())
    }
}

/// The routes a job names itself, from its manifest in canonical form.
pub fn named_routes(manifest: &str) -> Vec<String> {
    // Most jobs name none, and reading a whole manifest is not free.
    if !manifest.contains("routes:") {
        return Vec::new();
    }
    match parse_document(manifest).map(|document| document.body) {
        Ok(Body::Job(job)) => job.alerts.routes.clone(),
        _ => Vec::new(),
    }
}
