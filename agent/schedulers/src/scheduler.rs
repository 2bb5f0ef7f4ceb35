use std::path::PathBuf;

use crontopus_plan::{Entry, JobKey, ObservedEntry, Step};
use jiff::{SignedDuration, Timestamp};

/// A native scheduler of this host.
///
/// The agent asks [`Scheduler::entry`] how each wanted job would look, [`Scheduler::observe`]s, plans,
/// hands the plan's changes to [`Scheduler::apply`] and calls [`Scheduler::settle`] at the [`settle_time`] of a write.
pub trait Scheduler {
    /// What the reports call it: `cron.d`, `crontab`.
    fn name(&self) -> &'static str;

    /// The native object of a job.
    fn entry(&self, request: &EntryRequest<'_>) -> Result<Entry, Refused>;

    /// Every entry that carries a marker or stands where one of ours could. Reads only.
    fn observe(&mut self) -> Result<Vec<ObservedEntry>, ObserveError>;

    /// Carries out the steps' changes of entries; spec files are the caller's business, and so are the
    /// steps that change nothing here. Each step stands on its own, a failed one does not stop the others.
    ///
    /// What is found at that moment must still be what the step was planned on, otherwise the step fails
    /// with [`ApplyError::Changed`] and the next plan sees to it. A crash between any two system calls
    /// leaves whole entries only, old or new.
    fn apply(&mut self, steps: &[Step]) -> Applied;

    /// The second half of an [`Scheduler::apply`] that asked for it: makes a scheduler look again that
    /// compares whole-second times. Changes no byte of any entry, and may be called at any time.
    fn settle(&mut self) -> Result<(), ApplyError>;
}

/// When to [`Scheduler::settle`] what was `written`.
///
/// Debian cron compares times in whole seconds and loads within the first moments of a minute, or when it
/// is started. What is written in the second in which it loads can stay unseen for ever, hence the touch
/// comes in another second than the write, and not in those moments.
pub fn settle_time(written: Timestamp) -> Timestamp {
    let due = written.saturating_add(SignedDuration::from_millis(1_100)).unwrap_or(written);
    let second = due.as_second().rem_euclid(60);
    if second > 2 {
        return due;
    }
    Timestamp::from_second(due.as_second() - second + 3).unwrap_or(due)
}

/// What a native object is made from.
#[derive(Debug, Clone, Copy)]
pub struct EntryRequest<'a> {
    /// The job; the only thing the native line says about it.
    pub job: &'a JobKey,
    /// The account it runs as.
    pub user: &'a str,
    /// Native schedule expressions, one line each. None for a job that only people start: its entry is a
    /// comment.
    pub schedules: &'a [String],
    /// False for a paused job: its lines are written as comments.
    pub enabled: bool,
}

/// What [`Scheduler::apply`] did.
#[must_use]
#[derive(Debug, Default)]
pub struct Applied {
    /// One result per step, in order.
    pub results: Vec<Result<(), ApplyError>>,
    /// Whether something was written that [`Scheduler::settle`] has to be called for.
    pub settle: bool,
}

/// Why a job cannot stand in this scheduler.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The account does not exist on this host.
    #[error("there is no user `{0}` on this host")]
    UnknownUser(String),
    /// A user's crontab runs everything as that user.
    #[error("this agent manages the crontab of `{tab}`, the job wants to run as `{wanted}`")]
    OtherUser {
        /// Whose crontab it is.
        tab: String,
        /// Whom the job wants.
        wanted: String,
    },
    /// The expression is nothing a cron line may hold.
    #[error("`{0}` is not a schedule this scheduler can hold")]
    Schedule(String),
    /// The line would be too long for some cron.
    #[error("the line would be {0} characters long, more than cron safely takes")]
    TooLong(usize),
    /// The wrapper's path cannot be written into a cron line.
    #[error("the path {0} cannot be written into a cron line")]
    Wrapper(PathBuf),
}

/// Why the host could not be read. Never to be taken for "nothing there".
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// A file or directory.
    #[error("cannot read {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A program.
    #[error("{program} failed: {said}")]
    Program {
        /// What was called.
        program: String,
        /// Its exit status and what it wrote to its standard error.
        said: String,
    },
}

/// Why a step was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The entry is not what the step was planned on; plan again.
    #[error("{path} changed meanwhile")]
    Changed {
        /// Which entry.
        path: String,
    },
    /// What stands there is not ours.
    #[error("{path} is not ours and is left alone")]
    NotOurs {
        /// Where.
        path: String,
    },
    /// A file or directory could not be written.
    #[error("cannot write {path}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The host could not be read before or after writing.
    #[error("cannot read what stands now")]
    Observe(#[from] ObserveError),
    /// The scheduler's own program refused.
    #[error("{program} failed: {said}")]
    Program {
        /// What was called.
        program: String,
        /// Its exit status and what it wrote to its standard error.
        said: String,
    },
    /// The crontab holds something no crontab program keeps intact.
    #[error("the crontab holds a NUL byte, which crontab would not keep; it is left alone")]
    Nul,
    /// After writing, something else was read back.
    #[error("after installing the crontab something else was read back")]
    ReadBack,
}

impl ApplyError {
    /// The same failure for another step of the same write.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Changed { path } => Self::Changed { path: path.clone() },
            Self::NotOurs { path } => Self::NotOurs { path: path.clone() },
            Self::Nul => Self::Nul,
            Self::ReadBack => Self::ReadBack,
            Self::Program { program, said } => Self::Program { program: program.clone(), said: said.clone() },
            Self::Write { path, source } => {
                let source = std::io::Error::new(source.kind(), source.to_string());
                Self::Write { path: path.clone(), source }
            }
            Self::Observe(ObserveError::Program { program, said }) => {
                Self::Observe(ObserveError::Program { program: program.clone(), said: said.clone() })
            }
            Self::Observe(ObserveError::Read { path, source }) => {
                let source = std::io::Error::new(source.kind(), source.to_string());
                Self::Observe(ObserveError::Read { path: path.clone(), source })
            }
        }
    }
}
