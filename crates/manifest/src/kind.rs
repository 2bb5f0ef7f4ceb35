use crate::choice::choices;

choices! {
    /// The kinds of document a repository holds.
    pub enum Kind {
        /// When something runs, where, and what is expected of it.
        Job = "Job",
        /// What jobs must satisfy.
        Policy = "Policy",
        /// Who is told about what.
        Route = "Route",
        /// When nobody is to be told.
        Maintenance = "Maintenance",
    }
}
