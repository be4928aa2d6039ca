//! Tables of outcomes: what was tried, at which stages, by whom.

use std::fmt::Write;

use super::outcome::Outcome;

/// One table: a row for each thing that was tried, a column for each caller.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

/// What came of one thing at one stage.
struct Row {
    /// What several things have in common: rows of one group that fare alike are printed as one.
    group: String,
    what: String,
    stage: &'static str,
    cells: Vec<Outcome>,
}

impl Table {
    /// Adds what came of one attempt at one stage, for each caller.
    pub fn add(&mut self, what: impl Into<String>, stage: &'static str, cells: Vec<Outcome>) {
        let what = what.into();
        self.rows.push(Row { group: what.clone(), what, stage, cells });
    }

    /// Adds one of a group.
    pub fn add_to(&mut self, group: &str, what: impl Into<String>, stage: &'static str, cells: Vec<Outcome>) {
        self.rows.push(Row { group: group.to_owned(), what: what.into(), stage, cells });
    }

    /// What came of an attempt at a stage, for each caller.
    pub fn cells(&self, what: &str, stage: &str) -> &[Outcome] {
        let row = self.rows.iter().find(|row| row.what == what && row.stage == stage);
        &row.unwrap_or_else(|| panic!("{what} was not tried at {stage}")).cells
    }

    /// What was tried at which stages.
    pub fn tried(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.rows.iter().map(|row| (row.what.as_str(), row.stage))
    }

    /// The table in Markdown. What fares alike for all callers shares a row.
    pub fn to_markdown(&self, head: &str, stage_head: &str, columns: &[&str]) -> String {
        let mut lines =
            vec![[head, stage_head].into_iter().chain(columns.iter().copied()).map(str::to_owned).collect()];
        for group in self.groups() {
            for (index, (names, stages, cells)) in self.alike(group).into_iter().enumerate() {
                let name = match names.as_slice() {
                    [one] if *one == group && index > 0 => String::new(),
                    [one] if *one == group => group.to_owned(),
                    names => format!("{group}: {}", names.join(", ")),
                };
                lines.push([name, stages].into_iter().chain(cells).collect());
            }
        }
        aligned(&lines)
    }

    fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self.rows.iter().map(|row| row.group.as_str()).collect();
        groups.dedup();
        let mut each: Vec<&str> = Vec::new();
        for group in groups {
            if !each.contains(&group) {
                each.push(group);
            }
        }
        each
    }

    /// The rows of a group: first the stages of each thing at which it fares alike, then the things that fare alike.
    fn alike(&self, group: &str) -> Vec<(Vec<&str>, String, Vec<String>)> {
        let mut alike: Vec<(Vec<&str>, String, Vec<String>)> = Vec::new();
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.group == group).collect();
        let mut things: Vec<&str> = Vec::new();
        for row in &rows {
            if !things.contains(&row.what.as_str()) {
                things.push(&row.what);
            }
        }
        for what in things {
            let tried: Vec<&&Row> = rows.iter().filter(|row| row.what == what).collect();
            let mut by_stage: Vec<(Vec<&str>, Vec<String>)> = Vec::new();
            for row in &tried {
                let cells = printed(&row.cells);
                match by_stage.iter_mut().find(|(_, known)| *known == cells) {
                    Some((stages, _)) => stages.push(row.stage),
                    None => by_stage.push((vec![row.stage], cells)),
                }
            }
            for (stages, cells) in by_stage {
                let stages = if stages.len() == tried.len() { "any".to_owned() } else { stages.join("; ") };
                match alike.iter_mut().find(|(names, of, known)| names[0] != what && *of == stages && *known == cells) {
                    Some((names, ..)) => names.push(what),
                    None => alike.push((vec![what], stages, cells)),
                }
            }
        }
        alike
    }
}

/// The words of a row. Where all who read something read the same, that they do is enough.
fn printed(cells: &[Outcome]) -> Vec<String> {
    let values: Vec<&Outcome> = cells.iter().filter(|cell| matches!(cell, Outcome::Value(_))).collect();
    let alike = values.windows(2).all(|pair| pair[0] == pair[1]);
    let print = |cell: &Outcome| match cell {
        Outcome::Value(_) if alike => Outcome::Reads.to_string(),
        cell => cell.to_string(),
    };
    cells.iter().map(print).collect()
}

/// The widest that a column is made for the sake of order.
const WIDEST: usize = 60;

/// Lines of a Markdown table, in columns of one width.
pub fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width_of = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(|column| width_of(column).clamp(3, WIDEST)).collect();
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
