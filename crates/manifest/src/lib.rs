#![doc = include_str!("../README.md")]

pub mod spec;

#[cfg(feature = "yaml")]
mod canonical;
#[cfg(feature = "yaml")]
mod choice;
#[cfg(feature = "yaml")]
mod decode;
#[cfg(feature = "yaml")]
mod diagnostic;
#[cfg(feature = "yaml")]
mod document;
#[cfg(feature = "yaml")]
mod duration;
#[cfg(feature = "yaml")]
mod explain;
#[cfg(feature = "yaml")]
mod job;
#[cfg(feature = "yaml")]
mod key;
#[cfg(feature = "yaml")]
mod kind;
#[cfg(feature = "yaml")]
mod maintenance;
#[cfg(feature = "yaml")]
mod metadata;
#[cfg(feature = "yaml")]
mod names;
#[cfg(feature = "yaml")]
mod path;
#[cfg(feature = "yaml")]
mod pattern;
#[cfg(feature = "yaml")]
pub mod policy;
#[cfg(feature = "yaml")]
mod quote;
#[cfg(feature = "yaml")]
mod repository;
#[cfg(feature = "yaml")]
mod route;
#[cfg(feature = "yaml")]
mod schema;
#[cfg(feature = "yaml")]
mod selector;
#[cfg(feature = "yaml")]
mod size;
#[cfg(feature = "yaml")]
mod template;
#[cfg(feature = "yaml")]
mod written_schedule;
#[cfg(feature = "yaml")]
mod yaml;
#[cfg(feature = "yaml")]
mod zone;

#[cfg(feature = "yaml")]
pub use self::{
    diagnostic::{Code, Diagnostic, Severity},
    document::{Body, Document, ParsedFile, Place, Rejected, document_text, parse_document, parse_file},
    duration::{DurationError, MAX_DURATION, format_duration, parse_duration},
    explain::{explain, field_paths},
    job::{
        AlertSeverity, Alerts, Drift, Host, HostFacts, Job, Kill, KillSignal, Output, Placement, Retry,
        Scheduler, StartWindow, scheduling_notes,
    },
    key::{DEFAULT_NAMESPACE, DocKey, JobKey, KeyError, MAX_LABEL, is_dns_label},
    kind::Kind,
    maintenance::{Effect, Maintenance, OnceWindow, RecurringWindow, Window},
    metadata::{Metadata, Uid, UidError},
    path::{PathProblem, is_manifest_path, namespace_of},
    pattern::{Glob, GlobError},
    policy::Policy,
    repository::{Declared, Repository, Surroundings, unknown_channels},
    route::{GroupBy, Route, RouteEvent, Step},
    schema::json_schema,
    selector::{Operator, Requirement, Selector},
    size::{format_size, parse_size},
    template::template,
    written_schedule::{ScheduleTextError, describe_schedule, format_schedule, parse_schedule},
    yaml::{MAX_DOCUMENTS, MAX_FILE_BYTES},
};
