//! Tables of outcomes: what was tried, at which stages, by whom.

use std::fmt::Write;

use super::outcome::Outcome;

/// One table: a row for each thing that was tried, a column for each caller.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: String,
    stage: &'static str,
    cells: Vec<Outcome>,
}

impl Table {
    /// Adds what came of one attempt at one stage, for each caller.
    pub fn add(&mut self, what: impl Into<String>, stage: &'static str, cells: Vec<Outcome>) {
        self.rows.push(Row { what: what.into(), stage, cells });
    }

    /// What came of an attempt at a stage for the caller of a column.
    pub fn cell(&self, what: &str, stage: &str, column: usize) -> &Outcome {
        let row = self.rows.iter().find(|row| row.what == what && row.stage == stage);
        &row.unwrap_or_else(|| panic!("{what} was not tried at {stage}")).cells[column]
    }

    /// The names of the rows, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !names.contains(&row.what.as_str()) {
                names.push(&row.what);
            }
        }
        names
    }

    /// The table in Markdown. Stages at which all callers fare alike share a row.
    pub fn to_markdown(&self, head: &str, stage_head: &str, columns: &[&str]) -> String {
        let mut lines =
            vec![[head, stage_head].into_iter().chain(columns.iter().copied()).map(str::to_owned).collect()];
        for what in self.names() {
            let tried: Vec<&Row> = self.rows.iter().filter(|row| row.what == what).collect();
            let mut alike: Vec<(Vec<&str>, &[Outcome])> = Vec::new();
            for row in &tried {
                match alike.iter_mut().find(|(_, cells)| *cells == row.cells) {
                    Some((stages, _)) => stages.push(row.stage),
                    None => alike.push((vec![row.stage], &row.cells)),
                }
            }
            for (index, (stages, cells)) in alike.iter().enumerate() {
                let name = if index == 0 { what.to_owned() } else { String::new() };
                let stages = if stages.len() == tried.len() { "any".to_owned() } else { stages.join(", ") };
                lines.push([name, stages].into_iter().chain(cells.iter().map(ToString::to_string)).collect());
            }
        }
        aligned(&lines)
    }
}

/// Lines of a Markdown table, in columns of one width.
pub fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default().max(3))
        .collect();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            write!(text, "| {cell:width$} ").expect("a string takes all");
        }
        text.push_str("|\n");
        if index == 0 {
            for width in &widths {
                write!(text, "| {} ", "-".repeat(*width)).expect("a string takes all");
            }
            text.push_str("|\n");
        }
    }
    text
}
