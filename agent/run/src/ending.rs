use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};

/// How the wrapper ends: as the job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With an exit status.
    Exit(u8),
    /// By a signal.
    Signal(i32),
}

impl Ending {
    /// The command could not be started.
    pub(crate) const CANNOT_START: Self = Self::Exit(126);
    /// The command does not exist.
    pub(crate) const NOT_FOUND: Self = Self::Exit(127);

    /// The exit status; for a signal what shells make of it.
    pub(crate) fn status(self) -> u8 {
        match self {
            Self::Exit(status) => status,
            Self::Signal(number) => u8::try_from(128 + number).unwrap_or(255),
        }
    }

    /// Ends the process by the signal, or gives the status `main` is to return.
    pub(crate) fn finish(self) -> ExitCode {
        if let Self::Signal(number) = self {
            // Returns only from a signal that cannot be raised.
            die_by(number);
        }
        ExitCode::from(self.status())
    }
}

fn die_by(number: i32) {
    // The job has left its core, if it wanted one; ours would be in its way.
    let current = rustix::process::getrlimit(Resource::Core);
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: current.maximum }).ok();
    if signal_hook::low_level::emulate_default_handler(number).is_err()
        && let Some(signal) = Signal::from_named_raw(number)
    {
        kill_process(getpid(), signal).ok();
    }
}
