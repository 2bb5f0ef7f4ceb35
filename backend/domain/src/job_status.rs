use crate::MonitorStatus;

words! {
    /// How a job is: what its manifest says of itself, else the worst of its monitors. The later one outweighs
    /// the earlier.
    JobStatus {
        /// No host holds it.
        Unplaced = "unplaced",
        /// Nothing is expected on purpose.
        Paused = "paused",
        /// The last run was good.
        Ok = "ok",
        /// Armed, nothing seen yet.
        Pending = "pending",
        /// A start is overdue but still inside its window.
        Late = "late",
        /// The host is lost, or the server was away.
        Unknown = "unknown",
        /// The last run was bad.
        Failing = "failing",
        /// Its manifest has `enabled: false`.
        Disabled = "disabled",
        /// The newest manifest has errors; the last valid one stays in force.
        Invalid = "invalid",
    }
}

impl JobStatus {
    /// How a job with this one monitor is.
    pub fn of_monitor(status: MonitorStatus) -> Self {
        match status {
            MonitorStatus::Paused => Self::Paused,
            MonitorStatus::Ok => Self::Ok,
            MonitorStatus::Pending => Self::Pending,
            MonitorStatus::Late => Self::Late,
            MonitorStatus::Unknown => Self::Unknown,
            MonitorStatus::Failing => Self::Failing,
        }
    }

    /// Its place in the order in which somebody should look at jobs, from 0: failing first, what is not expected to
    /// run last.
    pub fn urgency(self) -> i64 {
        match self {
            Self::Failing => 0,
            Self::Late => 1,
            Self::Invalid => 2,
            Self::Unplaced => 3,
            Self::Unknown => 4,
            Self::Ok => 5,
            Self::Pending => 6,
            Self::Paused => 7,
            Self::Disabled => 8,
        }
    }

    /// Its place in the order of weight, from 0.
    pub fn weight(self) -> i64 {
        self as i64
    }
}
