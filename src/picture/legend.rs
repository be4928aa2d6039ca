//! What the marks and lines of a picture mean: an entry for each that is in it.

use super::description::{ControlChart, Meaning, Seen};
use super::layout::Sizes;
use super::marks::{Mark, draw_ring};
use super::svg::{Attribute, Svg, px};
use super::text::width;
use super::words;

/// The room of a mark or line in the legend.
const SAMPLE: f64 = 24.0;
const AFTER: f64 = 16.0;

/// A line or mark, and what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    sample: Sample,
    text: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sample {
    Mark(Mark),
    Corrected,
    Line(&'static str),
    Gap,
}

/// The entries of a chart.
pub(super) fn entries(chart: &ControlChart) -> Vec<Entry> {
    let mut entries = vec![Entry { sample: Sample::Mark(Mark::Value), text: "value" }];
    let mut add = |is: bool, sample: Sample, text: &'static str| {
        if is {
            entries.push(Entry { sample, text });
        }
    };
    for meaning in [Meaning::Worse, Meaning::Better, Meaning::Neutral] {
        let is = chart.signals.iter().any(|signal| signal.meaning == meaning);
        add(is, Sample::Mark(Mark::Signal(meaning)), words::meaning(meaning));
    }
    let seen = |is: fn(&Seen) -> bool| chart.points.iter().any(|point| is(&point.seen));
    add(seen(|seen| matches!(seen, Seen::Excluded(..))), Sample::Mark(Mark::Excluded), "left out of the limits");
    add(chart.points.iter().any(|point| point.standing.under_correction), Sample::Corrected, words::CORRECTED);
    add(seen(|seen| matches!(seen, Seen::Gap(_))), Sample::Gap, "no value");
    let has_lines = |trial: bool| {
        let phases = chart.phases.iter().filter(move |phase| phase.trial == trial);
        phases
            .flat_map(|phase| chart.points.get(phase.points.clone()).unwrap_or_default())
            .any(|point| point.lines.is_some())
    };
    let (trial, settled) = (has_lines(true), has_lines(false));
    add(trial || settled, Sample::Line("centre"), "centre line");
    add(settled, Sample::Line("limit"), "limits");
    add(trial, Sample::Line("trial"), "trial limits");
    add(chart.target.is_some(), Sample::Line("target"), "target");
    entries
}

impl Entry {
    /// How wide it is.
    pub(super) fn width(&self, sizes: Sizes) -> f64 {
        SAMPLE + 5.0 + width(self.text, sizes.small) + AFTER
    }

    /// Draws it, with its text on the line at `y`.
    pub(super) fn draw(&self, svg: &mut Svg, (x, y): (f64, f64), sizes: Sizes) {
        let middle = y - sizes.small * 0.35;
        match self.sample {
            Sample::Mark(mark) => mark.draw(svg, (x + SAMPLE / 2.0, middle), sizes.mark, ""),
            Sample::Corrected => {
                Mark::Value.draw(svg, (x + SAMPLE / 2.0, middle), sizes.mark, "");
                draw_ring(svg, (x + SAMPLE / 2.0, middle), sizes.mark);
            }
            Sample::Line(class) => {
                let path = format!("M{} {}h{SAMPLE}", px(x), px(middle));
                svg.empty("path", &[("class", &class), ("d", &path)]);
            }
            Sample::Gap => {
                let (top, height) = (px(middle - sizes.small * 0.45), px(sizes.small * 0.9));
                let place: [Attribute<'_>; 5] = [
                    ("class", &"gap"),
                    ("x", &px(x + 4.0)),
                    ("y", &top),
                    ("width", &(SAMPLE - 8.0)),
                    ("height", &height),
                ];
                svg.empty("rect", &place);
            }
        }
        let from = px(x + SAMPLE + 5.0);
        svg.holding("text", &[("class", &"soft"), ("x", &from), ("y", &px(y)), ("font-size", &sizes.small)], self.text);
    }
}
