words! {
    /// What a live event says has changed.
    EventKind {
        /// A run began, ended or was judged.
        RunChanged = "run.changed",
        /// A monitor's status changed.
        MonitorChanged = "monitor.changed",
        /// An incident opened or changed.
        IncidentChanged = "incident.changed",
        /// An agent joined, was lost, came back, reported or was revoked.
        AgentChanged = "agent.changed",
        /// A repository was synced.
        RepositoryChanged = "repository.changed",
        /// Something checked in without being declared, or somebody said whether it matters.
        DiscoveredChanged = "discovered.changed",
        /// Events were dropped: read everything again.
        Reset = "reset",
    }
}
