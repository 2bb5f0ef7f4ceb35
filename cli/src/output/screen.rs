use std::io::{IsTerminal as _, Write as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Moments, Paint};
use crate::args::{Format, Globals};
use crate::failure::{Failure, Kind, Outcome};

/// Standard output and how to write on it.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) format: Format,
    pub(crate) paint: Paint,
    pub(crate) moments: Moments,
    error_colour: bool,
    columns: Option<u16>,
}

impl Screen {
    /// `columns` is what `COLUMNS` says; `plain` that somebody wants no colours.
    pub(crate) fn new(globals: &Globals, columns: Option<u16>, plain: bool, now: Timestamp) -> Self {
        let stdout_is_terminal = std::io::stdout().is_terminal();
        let measured = if stdout_is_terminal { comfy_table::Table::new().width() } else { None };
        let moments = match (globals.utc, globals.local) {
            (true, _) => Moments::Utc,
            (_, true) => Moments::In(TimeZone::system()),
            _ => Moments::Relative(now),
        };
        Self {
            format: globals.output,
            paint: Paint { on: stdout_is_terminal && !plain },
            moments,
            error_colour: std::io::stderr().is_terminal() && !plain,
            // A terminal that does not know its width says 0.
            columns: columns.or(measured.filter(|width| *width >= 20)),
        }
    }

    /// Whether standard error takes colours.
    pub(crate) fn error_colour(&self) -> bool {
        self.error_colour
    }

    /// Columns a table may have; as many as it needs when absent.
    pub(crate) fn width(&self) -> Option<u16> {
        self.columns
    }

    /// Writes a result in the wanted format; `for_people` makes the table.
    pub(crate) fn show<T: Serialize + ?Sized>(
        &self,
        value: &T,
        for_people: impl FnOnce() -> String,
    ) -> Outcome {
        match self.format {
            Format::Table => self.write(for_people()),
            Format::Json => self.json(value),
            Format::Yaml => {
                let text = serde_saphyr::to_string(&value)
                    .map_err(|e| Failure::new("the result cannot be written as YAML").because(&e))?;
                self.write(text)
            }
        }
    }

    /// Writes a list: a sentence for people when it is empty.
    pub(crate) fn list<T: Serialize>(
        &self,
        items: &[T],
        when_empty: &str,
        for_people: impl FnOnce(&[T]) -> String,
    ) -> Outcome {
        if items.is_empty() && self.format == Format::Table {
            self.note(when_empty);
            return Ok(());
        }
        self.show(items, || for_people(items))
    }

    pub(crate) fn json<T: Serialize + ?Sized>(&self, value: &T) -> Outcome {
        let text = serde_json::to_string_pretty(value)
            .map_err(|e| Failure::new("the result cannot be written as JSON").because(&e))?;
        self.write(text + "\n")
    }

    /// One JSON value on one line, for streams.
    pub(crate) fn json_line<T: Serialize + ?Sized>(&self, value: &T) -> Outcome {
        let text = serde_json::to_string(value)
            .map_err(|e| Failure::new("the result cannot be written as JSON").because(&e))?;
        self.write(text + "\n")
    }

    pub(crate) fn write(&self, text: impl AsRef<[u8]>) -> Outcome {
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.flush());
        written.map_err(|error| match error.kind() {
            // Whoever read this has seen enough, as `head` does.
            std::io::ErrorKind::BrokenPipe => Failure::silent(Kind::Failed),
            _ => Failure::new("the output cannot be written").because(&error),
        })
    }

    /// What was done: a sentence for people, the thing as it is now for programs.
    pub(crate) fn done<T: Serialize + ?Sized>(&self, value: &T, sentence: &str) -> Outcome {
        match self.format {
            Format::Table => {
                self.note(sentence);
                Ok(())
            }
            Format::Json | Format::Yaml => self.show(value, String::new),
        }
    }

    /// Something worth knowing that is no result: to standard error, whatever the format.
    pub(crate) fn note(&self, text: &str) {
        eprintln!("{text}");
    }
}
