//! The Git host, used by the real `git`.

#[cfg(test)]
mod access;
#[cfg(test)]
mod agents;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod push;
mod refs;
#[cfg(test)]
mod world;
