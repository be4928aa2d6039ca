//! Drawing a control chart.

use std::iter::once;
use std::ops::Range;

use super::description::{ControlChart, Meaning, Seen, Signal};
use super::frame::Frame;
use super::layout::Layout;
use super::marks::Mark;
use super::panel::{Columns, Dot, Limits, Panel, Tag, write_text};
use super::scale::Scale;
use super::svg::{Attribute, Svg, px};
use super::text::{cut, width};
use super::theme::style;
use super::words;
use crate::domain::kpi::spc::ChartPart;

/// In narrower pictures there is no room for the names of lines; their description has the numbers.
const ROOM_FOR_TAGS: f64 = 460.0;

/// The picture of a control chart, as a document of its own.
#[must_use]
pub fn draw(chart: &ControlChart, frame: Frame) -> String {
    let layout = Layout::of(chart, frame);
    let mut svg = Svg::new((layout.width, layout.height), &chart.facts.title, &words::description(chart));
    svg.holding("style", &[], &style(frame.theme));
    svg.empty("rect", &[("class", &"paper"), ("width", &"100%"), ("height", &"100%")]);
    head(&mut svg, &layout);
    panels(&mut svg, chart, &layout);
    foot(&mut svg, &layout);
    svg.finish()
}

fn head(svg: &mut Svg, layout: &Layout) {
    let sizes = layout.sizes;
    let x = sizes.margin;
    let mut y = sizes.margin * 0.6;
    for line in &layout.title {
        y += sizes.title * 1.25;
        write_text(svg, (x, y - sizes.title * 0.3), "title", sizes.title, None, line);
    }
    for (lines, class) in [(&layout.facts, "soft"), (&layout.verdicts, "text")] {
        for line in lines {
            y += sizes.line;
            write_text(svg, (x, y - sizes.line * 0.25), class, sizes.text, None, line);
        }
    }
}

fn foot(svg: &mut Svg, layout: &Layout) {
    let sizes = layout.sizes;
    let mut y = layout.below_axis;
    for row in &layout.legend {
        y += sizes.line;
        let mut x = sizes.margin;
        for entry in row {
            entry.draw(svg, (x, y - sizes.line * 0.25), sizes);
            x += entry.width(sizes);
        }
    }
    for line in &layout.signals {
        y += sizes.line;
        write_text(svg, (sizes.margin, y - sizes.line * 0.25), "text", sizes.small, None, line);
    }
}

fn panels(svg: &mut Svg, chart: &ControlChart, layout: &Layout) {
    let sizes = layout.sizes;
    let values = values(chart);
    let extremes = values.iter().flat_map(extremes).chain(chart.target);
    let scale = Scale::new(extremes, layout.below_strip + sizes.small * 0.6, layout.values.1);
    let ranges = layout.ranges.map(|edges| {
        let dots = ranges(chart);
        let scale = Scale::new(dots.iter().flat_map(extremes_of_ranges), edges.0, edges.1);
        (edges, dots, scale)
    });

    let tags = tags(&values, chart.target, scale);
    let range_tags = ranges.as_ref().map_or_else(Vec::new, |(_, dots, scale)| self::tags(dots, None, *scale));
    let numbers = once(&scale).chain(ranges.iter().map(|(.., scale)| scale));
    let widest = numbers.flat_map(|scale| scale.ticks().into_iter().map(|tick| width(&scale.label(tick), sizes.small)));
    let has_tags = layout.width >= ROOM_FOR_TAGS;
    let right = if has_tags { Panel::width_of(&tags, sizes).max(Panel::width_of(&range_tags, sizes)) } else { 4.0 };
    let columns = Columns {
        left: sizes.margin + widest.fold(0.0, f64::max) + 6.0,
        right: layout.width - sizes.margin - right,
        number: chart.points.len(),
    };
    let phases: Vec<Range<usize>> = chart.phases.iter().map(|phase| phase.points.clone()).collect();

    let panel = Panel { columns, scale, edges: layout.values, sizes, dots: &values, phases: phases.clone() };
    panel.ground(svg);
    let gaps = gap_stretches(chart);
    panel.gaps(svg, gaps.iter().map(|(points, _)| points));
    panel.grid(svg);
    strip(svg, chart, layout, columns);
    panel.series(svg, &runs(&chart.signals), chart.target);
    reasons(svg, &gaps, &panel);
    panel.axes(svg);
    if chart.points.is_empty() {
        let middle = (f64::midpoint(columns.left, columns.right), f64::midpoint(layout.values.0, layout.values.1));
        write_text(svg, middle, "text", sizes.text, Some("middle"), words::NOTHING);
    }
    if has_tags {
        panel.tags(svg, &tags);
    }
    let mut bottom = layout.values.1;
    if let Some((edges, dots, scale)) = &ranges {
        let panel = Panel { columns, scale: *scale, edges: *edges, sizes, dots, phases };
        panel.ground(svg);
        panel.gaps(svg, gaps.iter().map(|(points, _)| points));
        panel.grid(svg);
        panel.series(svg, &[], None);
        panel.axes(svg);
        if has_tags {
            panel.tags(svg, &range_tags);
        }
        write_text(svg, (columns.left, edges.0 - sizes.small * 0.5), "soft", sizes.small, None, "moving range");
        bottom = edges.1;
    }
    periods(svg, chart, layout, columns, bottom);
}

/// The values with their limits.
fn values(chart: &ControlChart) -> Vec<Dot> {
    let trial = trial(chart);
    let meanings = meanings(&chart.signals, ChartPart::Values, chart.points.len());
    let dots = chart.points.iter().zip(meanings).zip(trial).map(|((point, meaning), trial)| Dot {
        value: point.seen.value(),
        limits: point.lines.map(|lines| Limits {
            centre: lines.centre,
            lower: Some(lines.lower),
            upper: lines.upper,
            trial,
        }),
        mark: Mark::of(&point.seen, meaning),
        is_corrected: point.standing.under_correction,
        tip: words::point(point, &chart.facts.unit),
    });
    dots.collect()
}

/// The moving ranges with their limits.
fn ranges(chart: &ControlChart) -> Vec<Dot> {
    let trial = trial(chart);
    let meanings = meanings(&chart.signals, ChartPart::MovingRanges, chart.points.len());
    let dots = chart.points.iter().zip(meanings).zip(trial).map(|((point, meaning), trial)| {
        let range = point.moving_range;
        let plain = if range.is_some_and(|range| range.excluded) { Mark::Excluded } else { Mark::Value };
        Dot {
            value: range.map(|range| range.value),
            limits: range.and_then(|range| range.lines).map(|lines| Limits {
                centre: lines.centre,
                lower: None,
                upper: lines.upper,
                trial,
            }),
            mark: range.map(|_| meaning.map_or(plain, Mark::Signal)),
            is_corrected: false,
            tip: String::new(),
        }
    });
    dots.collect()
}

/// For each point whether its limits are on trial.
fn trial(chart: &ControlChart) -> Vec<bool> {
    let mut trial = vec![false; chart.points.len()];
    for phase in chart.phases.iter().filter(|phase| phase.trial) {
        trial.get_mut(phase.points.clone()).unwrap_or_default().fill(true);
    }
    trial
}

/// What each point means by the signals that it is in.
fn meanings(signals: &[Signal], part: ChartPart, points: usize) -> Vec<Option<Meaning>> {
    let mut meanings = vec![None; points];
    for signal in signals.iter().filter(|signal| signal.part == part) {
        for point in &signal.points {
            if let Some(meaning) = meanings.get_mut(*point) {
                *meaning = Some(meaning.map_or(signal.meaning, |known: Meaning| known.min(signal.meaning)));
            }
        }
    }
    meanings
}

/// The points of each signal that is more than one point.
fn runs(signals: &[Signal]) -> Vec<Vec<usize>> {
    let long = signals.iter().filter(|signal| signal.part == ChartPart::Values && signal.points.len() > 1);
    long.map(|signal| signal.points.clone()).collect()
}

fn extremes(dot: &Dot) -> impl Iterator<Item = f64> + use<> {
    let limits = dot.limits.into_iter().flat_map(|limits| [Some(limits.centre), limits.lower, Some(limits.upper)]);
    limits.flatten().chain(dot.value)
}

/// Distances begin at 0.
fn extremes_of_ranges(dot: &Dot) -> impl Iterator<Item = f64> + use<> {
    extremes(dot).chain(once(0.0))
}

/// The names of the lines, as they are at the end.
fn tags(dots: &[Dot], target: Option<f64>, scale: Scale) -> Vec<Tag> {
    let tag = |name: &str, value: f64| Tag { text: format!("{name} {}", scale.fine(value)), value };
    let mut tags: Vec<Tag> = target.map(|target| tag("target", target)).into_iter().collect();
    if let Some(limits) = dots.iter().rev().find_map(|dot| dot.limits) {
        tags.extend([tag("upper", limits.upper), tag("centre", limits.centre)]);
        tags.extend(limits.lower.map(|lower| tag("lower", lower)));
    }
    tags
}

/// Why there is no value, in the stretches that have room for it: over the lines, which make way for it.
fn reasons(svg: &mut Svg, gaps: &[(Range<usize>, &str)], panel: &Panel<'_>) {
    let ((top, bottom), size) = (panel.edges, panel.sizes.small);
    for (points, reason) in gaps {
        let (from, to) = (panel.columns.start(points.start), panel.columns.start(points.end));
        let (middle, low) = (f64::midpoint(from, to), bottom - 6.0);
        if width(reason, size) + 6.0 <= to - from {
            write_text(svg, (middle, low), "reason", size, Some("middle"), reason);
        } else if size * 1.2 <= to - from {
            // Along the stretch, from the bottom upwards.
            let reason = cut(reason, size, bottom - top - 12.0);
            let (x, y) = (px(middle + size * 0.35), px(low));
            let turn = format!("rotate(-90 {x} {y})");
            let place: [Attribute<'_>; 5] =
                [("class", &"reason"), ("x", &x), ("y", &y), ("font-size", &size), ("transform", &turn)];
            svg.holding("text", &place, &reason);
        }
    }
}

/// Gaps that follow each other for one reason.
fn gap_stretches(chart: &ControlChart) -> Vec<(Range<usize>, &str)> {
    let mut stretches: Vec<(Range<usize>, &str)> = Vec::new();
    for (index, point) in chart.points.iter().enumerate() {
        let Seen::Gap(reason) = &point.seen else { continue };
        match stretches.last_mut() {
            Some((points, same)) if points.end == index && same == reason => points.end += 1,
            _ => stretches.push((index..index + 1, reason)),
        }
    }
    stretches
}

/// Where phases begin, and why.
fn strip(svg: &mut Svg, chart: &ControlChart, layout: &Layout, columns: Columns) {
    let size = layout.sizes.small;
    let bottom = layout.ranges.map_or(layout.values.1, |(_, bottom)| bottom);
    for phase in &chart.phases {
        let (from, to) = (columns.start(phase.points.start), columns.start(phase.points.end));
        if phase.points.start > 0 {
            let path = format!("M{} {}V{}", px(from), px(layout.values.0), px(bottom));
            svg.empty("path", &[("class", &"phase"), ("d", &path)]);
        }
        let Some((all, short)) = words::phase(phase) else { continue };
        let room = to - from - 8.0;
        let words = cut(if width(&all, size) <= room || short.is_empty() { &all } else { short }, size, room);
        if !words.is_empty() {
            write_text(svg, (from + 5.0, layout.values.0 + size * 1.1), "text", size, None, &words);
        }
    }
}

/// The names of the periods, as many as have room beside each other.
fn periods(svg: &mut Svg, chart: &ControlChart, layout: &Layout, columns: Columns, bottom: f64) {
    let size = layout.sizes.small;
    let widest = chart.points.iter().map(|point| width(&point.period, size)).fold(0.0, f64::max);
    let every = every(widest + 10.0, columns.step());
    for (index, point) in chart.points.iter().enumerate().step_by(every) {
        let x = columns.middle(index);
        let path = format!("M{} {}v4", px(x), px(bottom));
        svg.empty("path", &[("class", &"axis"), ("d", &path)]);
        let half = widest / 2.0;
        let x = x.clamp(half + 2.0, (layout.width - half - 2.0).max(half + 2.0));
        write_text(svg, (x, bottom + layout.sizes.line), "soft", size, Some("middle"), &point.period);
    }
}

/// To how many periods there is one name.
fn every(name: f64, step: f64) -> usize {
    let fits = |every: &usize| {
        #[expect(clippy::cast_precision_loss, reason = "a series has thousands of periods at most")]
        let room = *every as f64 * step;
        room >= name
    };
    // Halves, quarters and whole years of months; then as many as it takes.
    let more = (1..=100).map(|times| times * 100);
    [1, 2, 3, 4, 6, 12, 24, 36, 60].into_iter().chain(more).find(fits).unwrap_or(usize::MAX)
}
