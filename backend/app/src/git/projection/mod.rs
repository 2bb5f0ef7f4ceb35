//! The projection of a repository as a pure function of its files, commit after commit.

mod adopt;
mod diagnose;
mod form;
mod step;
mod world;

pub(super) use diagnose::{filed, parse, skipped};
pub(crate) use form::job_of;
pub(super) use form::{document_form, job_form};
pub(super) use step::{At, SignedBy};
pub(super) use world::{InForce, Scope, World};
