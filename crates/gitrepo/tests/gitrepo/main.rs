//! What the crate promises, tried on real repositories and real servers.

#[cfg(test)]
mod fetch;
#[cfg(test)]
mod history;
#[cfg(test)]
mod read;
#[cfg(test)]
mod signature;
#[cfg(test)]
mod ssh;
#[cfg(test)]
mod support;
#[cfg(test)]
mod url;
