use comfy_table::{ColumnConstraint, ContentArrangement, presets};

use super::Screen;

/// Columns whose cells are copied or looked for, and hence not broken.
const WHOLE: [&str; 9] = ["ID", "JOB", "NAME", "MONITOR", "COMMIT", "STATUS", "STATE", "START", "UTC"];
/// Columns wider than this are broken all the same when there is no room.
const WIDEST_WHOLE: u16 = 44;

/// Rows below a heading, in the width of the terminal.
#[derive(Debug)]
pub(crate) struct Table {
    table: comfy_table::Table,
    whole: Vec<bool>,
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
        Self { table, whole: heading.map(|title| WHOLE.contains(&title)).to_vec() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells);
    }

    /// Without the space that pads the last column.
    pub(crate) fn text(mut self) -> String {
        let widths = self.table.column_max_content_widths();
        for (column, (width, whole)) in self.table.column_iter_mut().zip(widths.iter().zip(&self.whole)) {
            column.set_padding((0, 2));
            if *whole && *width <= WIDEST_WHOLE {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        self.table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
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
