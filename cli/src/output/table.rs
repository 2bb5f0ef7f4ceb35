use comfy_table::{ColumnConstraint, ContentArrangement, presets};

use super::Screen;

/// Columns of prose, which may be broken where there is no room; the others are copied or looked for.
const FLEXIBLE: [&str; 18] = [
    "ANSWER", "STEPS", "TOLD", "WINDOWS", "SCHEDULE", "TITLE", "LABELS", "REASON", "WHY", "COMMAND", "FILE",
    "HOST", "MESSAGE", "AUTHOR", "NOTE", "SCOPES", "ENDED BY", "MANIFEST",
];
/// Columns a flexible one wants at least.
const LEAST_FLEXIBLE: u16 = 10;

/// Rows below a heading, in the width of the terminal.
#[derive(Debug)]
pub(crate) struct Table {
    table: comfy_table::Table,
    flexible: Vec<bool>,
}

impl Table {
    pub(crate) fn new<const N: usize>(screen: &Screen, heading: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).force_no_tty();
        match screen.width() {
            Some(width) => table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        table.set_header(heading.map(|title| screen.paint.bold(title)));
        Self { table, flexible: heading.map(|title| FLEXIBLE.contains(&title)).to_vec() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells);
    }

    /// Without the space that pads the last column.
    pub(crate) fn text(mut self) -> String {
        let widths = self.table.column_max_content_widths();
        let mut flexible = self.flexible;
        if let Some(room) = self.table.width() {
            make_room(&widths, &mut flexible, room);
        }
        for (column, flexible) in self.table.column_iter_mut().zip(flexible) {
            column.set_padding((0, 2));
            if !flexible {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        self.table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// Lets the widest columns be broken too, one after the other, until everything has its place.
fn make_room(widths: &[u16], flexible: &mut [bool], room: u16) {
    let needed = |flexible: &[bool]| -> u32 {
        let cell = |(width, flexible): (&u16, &bool)| {
            2 + u32::from(if *flexible { (*width).min(LEAST_FLEXIBLE) } else { *width })
        };
        widths.iter().zip(flexible).map(cell).sum()
    };
    while needed(flexible) > u32::from(room) {
        let whole = (0..widths.len()).filter(|n| !flexible[*n]);
        let Some(widest) = whole.max_by_key(|n| widths[*n]) else { return };
        flexible[widest] = true;
    }
}

/// One thing's properties, one below the other.
#[derive(Debug, Default)]
pub(crate) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    pub(crate) fn add(&mut self, name: &'static str, value: impl Into<String>) -> &mut Self {
        self.0.push((name, value.into()));
        self
    }

    pub(crate) fn add_some(&mut self, name: &'static str, value: Option<impl Into<String>>) -> &mut Self {
        if let Some(value) = value {
            self.add(name, value);
        }
        self
    }

    pub(crate) fn text(&self, screen: &Screen) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let line = |(name, value): &(&str, String)| {
            let padding = " ".repeat(width - name.len());
            format!("{}:{padding}  {value}\n", screen.paint.bold(name))
        };
        self.0.iter().map(line).collect()
    }
}
