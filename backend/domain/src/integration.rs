words! {
    /// A kind of client that reports with a key of its tenant, and names the job itself.
    Integration {
        /// Healthchecks pings by slug.
        Healthchecks = "healthchecks",
        /// Sentry Crons.
        Sentry = "sentry",
        /// Cronitor telemetry.
        Cronitor = "cronitor",
    }
}
