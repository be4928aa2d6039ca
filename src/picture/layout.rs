//! Where everything is: what there is no room for is left out, from the bottom, until the drawing has enough.
//!
//! Title, unit, definition version, stage and the day of the data are always there.

use super::description::ControlChart;
use super::frame::Frame;
use super::legend::{Entry, entries};
use super::text::{cut, wrapped};
use super::words;

/// Between the parts of a line of facts.
pub(super) const SEPARATOR: &str = " · ";

/// How large texts are, and the room around them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sizes {
    pub(super) title: f64,
    pub(super) text: f64,
    pub(super) small: f64,
    pub(super) margin: f64,
    /// From one line of text to the next.
    pub(super) line: f64,
    /// The most that a point's mark may be across, halved.
    pub(super) mark: f64,
}

const ROOMY: Sizes = Sizes { title: 17.0, text: 12.5, small: 11.5, margin: 14.0, line: 17.0, mark: 3.6 };
const COMPACT: Sizes = Sizes { title: 13.5, text: 10.5, small: 10.0, margin: 8.0, line: 13.0, mark: 2.8 };

/// More signals than this have no room in any picture.
const MOST_NAMED: usize = 60;

/// The height of the strip at the top of the values, in which phases are named, in lines.
const STRIP: f64 = 1.15;

/// The texts and places of a picture.
pub(super) struct Layout {
    pub(super) sizes: Sizes,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: Vec<String>,
    pub(super) facts: Vec<String>,
    pub(super) verdicts: Vec<String>,
    /// The legend, by rows.
    pub(super) legend: Vec<Vec<Entry>>,
    /// What the rules found, as far as there is room.
    pub(super) signals: Vec<String>,
    /// Top and bottom of the values, with the strip.
    pub(super) values: (f64, f64),
    /// Where the strip with the phases' names ends and the values begin.
    pub(super) below_strip: f64,
    /// Top and bottom of the moving ranges.
    pub(super) ranges: Option<(f64, f64)>,
    /// Where the legend begins.
    pub(super) below_axis: f64,
}

impl Layout {
    pub(super) fn of(chart: &ControlChart, frame: Frame) -> Self {
        let (width, height) = (f64::from(frame.width), f64::from(frame.height));
        let sizes = if width < 520.0 || height < 320.0 { COMPACT } else { ROOMY };
        let room = width - 2.0 * sizes.margin;
        let title = wrapped(std::slice::from_ref(&chart.facts.title), SEPARATOR, sizes.title * 1.08, room);
        let facts = wrapped(&words::facts(chart), SEPARATOR, sizes.text, room);
        let verdicts = wrapped(&chart.verdicts, SEPARATOR, sizes.text, room);
        let legend = rows(entries(chart), sizes, room);
        let found = words::in_order(&chart.signals).into_iter().take(MOST_NAMED).map(words::signal).collect();
        let has_strip = chart.phases.iter().any(|phase| words::phase(phase).is_some());
        let mut layout = Self {
            sizes,
            width,
            height,
            title: two_lines(title, sizes.title, room),
            facts,
            verdicts,
            legend,
            signals: Vec::new(),
            values: (0.0, 0.0),
            below_strip: 0.0,
            ranges: None,
            below_axis: 0.0,
        };
        layout.leave_out();
        layout.place(has_strip, chart.points.iter().any(|point| point.moving_range.is_some()));
        layout.add_signals(found, chart.signals.len(), room);
        layout.place(has_strip, layout.ranges.is_some());
        layout
    }

    fn header(&self) -> f64 {
        let Sizes { title, line, margin, .. } = self.sizes;
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let (titles, others) = (self.title.len() as f64, (self.facts.len() + self.verdicts.len()) as f64);
        margin * 0.6 + titles * title * 1.25 + others * line + margin * 0.4
    }

    fn footer(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let lines = (self.legend.len() + self.signals.len()) as f64;
        lines * self.sizes.line + self.sizes.margin * 0.6
    }

    /// The height that is left for what is drawn, with its axis.
    fn left(&self) -> f64 {
        self.height - self.header() - self.footer() - self.axis()
    }

    fn axis(&self) -> f64 {
        self.sizes.line * 1.5
    }

    /// Leaves out the legend, then the verdicts, then most of the title, where little is left.
    fn leave_out(&mut self) {
        if self.left() < self.height * 0.45 {
            self.legend.clear();
        }
        if self.left() < self.height * 0.45 {
            self.verdicts.clear();
        }
        if self.left() < self.height * 0.4 {
            self.title.truncate(1);
        }
    }

    /// Names as many of so many signals as there is room for, in their order.
    fn add_signals(&mut self, mut found: Vec<String>, number: usize, room: f64) {
        let most = ((self.left() - self.height * 0.55) / self.sizes.line).floor().clamp(0.0, 6.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 6")]
        let most = most as usize;
        if let Some(first) = found.first_mut() {
            first.insert_str(0, if number == 1 { "Signal: " } else { "Signals: " });
        }
        let lines = |found: &[String]| wrapped(found, SEPARATOR, self.sizes.small, room);
        let told = |named: usize| match number - named {
            0 => lines(&found),
            rest => lines(&[&found[..named], &[format!("and {rest} more")]].concat()),
        };
        let mut named = found.len();
        self.signals = told(named);
        while self.signals.len() > most && named > 1 {
            named -= 1;
            self.signals = told(named);
        }
        if self.signals.len() > most {
            self.signals.clear();
        }
    }

    fn place(&mut self, has_strip: bool, has_ranges: bool) {
        let top = self.header();
        let bottom = top + self.left();
        let apart = self.sizes.line * 1.6;
        self.ranges = (has_ranges && bottom - top >= 210.0).then_some((bottom - (bottom - top) * 0.25, bottom));
        self.values = (top, self.ranges.map_or(bottom, |(begins, _)| begins - apart));
        self.below_strip = top + if has_strip { self.sizes.line * STRIP } else { 0.0 };
        self.below_axis = bottom + self.axis();
    }
}

/// A title has two lines at most.
fn two_lines(mut title: Vec<String>, size: f64, room: f64) -> Vec<String> {
    if title.len() > 2 {
        title.truncate(2);
        if let Some(last) = title.last_mut() {
            *last = cut(&format!("{last} …………………………………………………"), size, room);
        }
    }
    title
}

fn rows(entries: Vec<Entry>, sizes: Sizes, room: f64) -> Vec<Vec<Entry>> {
    let mut rows: Vec<Vec<Entry>> = Vec::new();
    let mut taken = 0.0;
    for entry in entries {
        let wide = entry.width(sizes);
        match rows.last_mut() {
            Some(row) if taken + wide <= room => row.push(entry),
            _ => {
                rows.push(vec![entry]);
                taken = 0.0;
            }
        }
        taken += wide;
    }
    rows
}
