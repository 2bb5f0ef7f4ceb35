words! {
    /// Where a repository lives.
    RepositoryKind {
        /// On the server's own Git host.
        BuiltIn = "built_in",
        /// On another Git server, or at a path; mirrored here.
        Remote = "remote",
    }
}

words! {
    /// How the last sync of a repository went.
    SyncState {
        /// Nothing was synced yet, or the repository is empty.
        Empty = "empty",
        /// Everything at the commit is in force.
        Ok = "ok",
        /// The commit is in force but for documents with errors.
        Partial = "partial",
        /// It could not be fetched or read; the last state stays in force.
        Failed = "failed",
    }
}

words! {
    /// Whose Git server says that somebody pushed.
    GitProvider {
        /// GitHub.
        Github = "github",
        /// GitLab.
        Gitlab = "gitlab",
        /// Gitea.
        Gitea = "gitea",
        /// Forgejo.
        Forgejo = "forgejo",
        /// Gogs.
        Gogs = "gogs",
        /// Bitbucket, in the cloud or the data center.
        Bitbucket = "bitbucket",
        /// Something else that signs like GitHub.
        Other = "other",
    }
}
