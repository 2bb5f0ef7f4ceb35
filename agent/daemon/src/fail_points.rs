//! Points between every two system calls that change a file, at which a test can end the process. In the
//! product they are nothing.

#[cfg(not(test))]
pub(crate) fn reach() {}

#[cfg(test)]
pub(crate) use self::dying::{reach, until};

#[cfg(test)]
mod dying {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    thread_local! {
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// What is thrown at the last point.
    struct Died;

    /// One point is reached.
    pub(crate) fn reach() {
        match LEFT.get() {
            Some(0) => resume_unwind(Box::new(Died)),
            Some(left) => LEFT.set(Some(left - 1)),
            None => {}
        }
    }

    /// Does `work` up to the point with this number; `None` when it died there. Nothing it holds in memory
    /// is to be used then, as after a kill.
    pub(crate) fn until<T>(point: usize, work: impl FnOnce() -> T) -> Option<T> {
        LEFT.set(Some(point));
        let outcome = catch_unwind(AssertUnwindSafe(work));
        LEFT.set(None);
        outcome.map_err(|thrown| assert!(thrown.is::<Died>(), "the work itself panicked")).ok()
    }
}
