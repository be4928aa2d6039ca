//! One panel of a control chart: a scale, and on it points with their centre line and limits.

use std::fmt::Write as _;
use std::ops::Range;

use super::layout::Sizes;
use super::marks::{Mark, draw_ring};
use super::scale::Scale;
use super::svg::{Attribute, Svg, px};
use super::text::width;

/// Nearer to each other than this, plain points are drawn as a line alone.
const DENSE: f64 = 3.5;
/// Marks of signals are never smaller than this.
const LEAST_MARK: f64 = 2.2;

/// Where the periods are, for all panels of a picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Columns {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) number: usize,
}

impl Columns {
    /// From one period to the next.
    pub(super) fn step(self) -> f64 {
        (self.right - self.left) / count(self.number.max(1))
    }

    /// Where a period begins.
    pub(super) fn start(self, index: usize) -> f64 {
        self.left + self.step() * count(index)
    }

    /// The middle of a period.
    pub(super) fn middle(self, index: usize) -> f64 {
        self.start(index) + self.step() / 2.0
    }
}

fn count(number: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a series has thousands of periods at most")]
    let number = number as f64;
    number
}

/// A point of a panel.
pub(super) struct Dot {
    pub(super) value: Option<f64>,
    pub(super) limits: Option<Limits>,
    pub(super) mark: Option<Mark>,
    /// Whether its data is being corrected.
    pub(super) is_corrected: bool,
    pub(super) tip: String,
}

/// Centre line and limits at a point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Limits {
    pub(super) centre: f64,
    /// None where there can be none, as for distances.
    pub(super) lower: Option<f64>,
    pub(super) upper: f64,
    /// Whether they rest on too few points.
    pub(super) trial: bool,
}

/// A line's name and value at the right edge.
pub(super) struct Tag {
    pub(super) text: String,
    pub(super) value: f64,
}

/// A panel that is being drawn.
pub(super) struct Panel<'a> {
    pub(super) columns: Columns,
    pub(super) scale: Scale,
    /// Its top and bottom, the strip of phases included.
    pub(super) edges: (f64, f64),
    pub(super) sizes: Sizes,
    pub(super) dots: &'a [Dot],
    /// The stretches of points that are joined by a line unless there is a gap, and have limits of their own.
    pub(super) phases: Vec<Range<usize>>,
}

impl Panel<'_> {
    /// What lies under everything else: the room between the limits.
    pub(super) fn ground(&self, svg: &mut Svg) {
        for path in self.bands() {
            svg.empty("path", &[("class", &"band"), ("d", &path)]);
        }
    }

    /// The stretches without a value.
    pub(super) fn gaps<'g>(&self, svg: &mut Svg, gaps: impl Iterator<Item = &'g Range<usize>>) {
        let (top, bottom) = self.edges;
        for points in gaps {
            let (from, to) = (self.columns.start(points.start), self.columns.start(points.end));
            let (x, y, wide, high) = (px(from), px(top), px(to - from), px(bottom - top));
            let place: [Attribute<'_>; 5] =
                [("class", &"gap"), ("x", &x), ("y", &y), ("width", &wide), ("height", &high)];
            svg.empty("rect", &place);
        }
    }

    /// The grid with its numbers.
    pub(super) fn grid(&self, svg: &mut Svg) {
        let Columns { left, right, .. } = self.columns;
        for tick in self.scale.ticks() {
            let y = self.scale.y(tick);
            let path = format!("M{} {}H{}", px(left), px(y), px(right));
            svg.empty("path", &[("class", &"grid"), ("d", &path)]);
            let place = (left - 6.0, y + self.sizes.small * 0.35);
            write_text(svg, place, "soft", self.sizes.small, Some("end"), &self.scale.label(tick));
        }
    }

    /// The line along the bottom and that along the left.
    pub(super) fn axes(&self, svg: &mut Svg) {
        let (Columns { left, right, .. }, (top, bottom)) = (self.columns, self.edges);
        let path = format!("M{} {}V{}H{}", px(left), px(top), px(bottom), px(right));
        svg.empty("path", &[("class", &"axis"), ("d", &path)]);
    }

    /// The values with their centre line and limits, and the target. Lines are over what joins the points, which hides
    /// them where points are dense, and under the points.
    pub(super) fn series(&self, svg: &mut Svg, runs: &[Vec<usize>], target: Option<f64>) {
        for run in runs {
            draw_path(svg, "run", &self.joined(run.iter().copied()));
        }
        let joined: String = self.phases.iter().map(|phase| self.joined(phase.clone())).collect();
        draw_path(svg, if self.columns.step() < DENSE { "line dense" } else { "line" }, &joined);
        for (class, path) in [
            ("trial", self.level(|limits| limits.trial.then_some(limits.lower).flatten())),
            ("trial", self.level(|limits| limits.trial.then_some(limits.upper))),
            ("limit", self.level(|limits| (!limits.trial).then_some(limits.lower).flatten())),
            ("limit", self.level(|limits| (!limits.trial).then_some(limits.upper))),
            ("centre", self.level(|limits| Some(limits.centre))),
        ] {
            draw_path(svg, class, &path);
        }
        if let Some(target) = target {
            let y = px(self.scale.y(target));
            draw_path(svg, "target", &format!("M{} {y}H{}", px(self.columns.left), px(self.columns.right)));
        }
        self.marks(svg);
    }

    /// Plain points first, so that they hide no signal.
    fn marks(&self, svg: &mut Svg) {
        let step = self.columns.step();
        let radius = (step * 0.3).min(self.sizes.mark);
        for plain in [true, false] {
            for (index, dot) in self.dots.iter().enumerate() {
                let Some((mark, value)) = dot.mark.zip(dot.value) else { continue };
                let is_alone = (index == 0 || self.dots[index - 1].value.is_none())
                    && self.dots.get(index + 1).is_none_or(|after| after.value.is_none());
                let stands_out = is_alone || dot.is_corrected;
                if (mark == Mark::Value) != plain || plain && step < DENSE && !stands_out {
                    continue;
                }
                let radius = if plain && !stands_out { radius } else { radius.max(LEAST_MARK) };
                let place = (self.columns.middle(index), self.scale.y(value));
                mark.draw(svg, place, radius, &dot.tip);
                if dot.is_corrected {
                    draw_ring(svg, place, radius);
                }
            }
        }
    }

    /// A line through points; where one has no value, or is not the next, it begins anew.
    fn joined(&self, points: impl Iterator<Item = usize>) -> String {
        let mut path = String::new();
        let mut before = None;
        for index in points {
            let Some(value) = self.dots.get(index).and_then(|dot| dot.value) else { continue };
            let goes_on = before.is_some_and(|before: usize| before + 1 == index);
            let letter = if goes_on { 'L' } else { 'M' };
            _ = write!(path, "{letter}{} {}", px(self.columns.middle(index)), px(self.scale.y(value)));
            before = Some(index);
        }
        path
    }

    /// A line along the limits: level for each period, with a step where they differ.
    fn level(&self, of: impl Fn(Limits) -> Option<f64>) -> String {
        let mut path = String::new();
        for stretch in self.stretches(&of) {
            path.push_str(&self.steps(&stretch, 'M'));
        }
        path
    }

    /// The room between the limits, as closed shapes.
    fn bands(&self) -> Vec<String> {
        let (_, bottom) = self.edges;
        let both = |limits: Limits| Some((limits.lower, limits.upper));
        let shape = |stretch: Vec<(usize, (Option<f64>, f64))>| {
            let upper: Vec<_> = stretch.iter().map(|(index, (_, upper))| (*index, *upper)).collect();
            let mut path = self.steps(&upper, 'M');
            for (index, (lower, _)) in stretch.iter().rev() {
                let y = px(lower.map_or(bottom, |lower| self.scale.y(lower)));
                _ = write!(path, "L{} {y}H{}", px(self.columns.start(index + 1)), px(self.columns.start(*index)));
            }
            path + "Z"
        };
        self.stretches(both).into_iter().map(shape).collect()
    }

    /// Points that follow each other in one phase, and what each has of something.
    fn stretches<T>(&self, of: impl Fn(Limits) -> Option<T>) -> Vec<Vec<(usize, T)>> {
        let mut stretches: Vec<Vec<(usize, T)>> = Vec::new();
        for phase in &self.phases {
            let mut goes_on = false;
            for index in phase.clone() {
                let Some(found) = self.dots.get(index).and_then(|dot| dot.limits).and_then(&of) else {
                    goes_on = false;
                    continue;
                };
                match stretches.last_mut().filter(|_| goes_on) {
                    Some(stretch) => stretch.push((index, found)),
                    None => stretches.push(vec![(index, found)]),
                }
                goes_on = true;
            }
        }
        stretches
    }

    fn steps(&self, stretch: &[(usize, f64)], begin: char) -> String {
        let mut path = String::new();
        let mut level = None;
        for (place, (index, value)) in stretch.iter().enumerate() {
            let y = px(self.scale.y(*value));
            let x = px(self.columns.start(*index));
            match level {
                None => _ = write!(path, "{begin}{x} {y}"),
                Some(before) if f64::total_cmp(&before, &y).is_ne() => _ = write!(path, "H{x}V{y}"),
                Some(_) => {}
            }
            level = Some(y);
            if place + 1 == stretch.len() {
                _ = write!(path, "H{}", px(self.columns.start(index + 1)));
            }
        }
        path
    }

    /// Names lines at the right edge. Names that would stand over each other are moved apart, with a line that leads to
    /// where they belong.
    pub(super) fn tags(&self, svg: &mut Svg, tags: &[Tag]) {
        let mut order: Vec<(&Tag, f64)> = tags.iter().map(|tag| (tag, self.scale.y(tag.value))).collect();
        order.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        let wanted: Vec<f64> = order.iter().map(|(_, y)| *y).collect();
        let (top, bottom) = self.edges;
        let apart = self.sizes.small * 1.15;
        let places = spread(&wanted, apart, (top + apart / 2.0, bottom - apart * 0.2));
        let right = self.columns.right;
        for ((tag, y), place) in order.iter().zip(places) {
            let path = format!("M{} {}L{} {}", px(right + 1.0), px(*y), px(right + 8.0), px(place));
            svg.empty("path", &[("class", &"leader"), ("d", &path)]);
            let text_place = (right + 11.0, place + self.sizes.small * 0.35);
            write_text(svg, text_place, "text", self.sizes.small, None, &tag.text);
        }
    }

    /// How wide the names are.
    pub(super) fn width_of(tags: &[Tag], sizes: Sizes) -> f64 {
        11.0 + tags.iter().map(|tag| width(&tag.text, sizes.small)).fold(0.0, f64::max)
    }
}

/// Places for wanted ones, which are in order: each at least so far from the one before, inside an interval.
fn spread(wanted: &[f64], apart: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut places = wanted.to_vec();
    let mut least = low;
    for place in &mut places {
        *place = place.max(least);
        least = *place + apart;
    }
    let mut most = high;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - apart;
    }
    places
}

fn draw_path(svg: &mut Svg, class: &'static str, path: &str) {
    if !path.is_empty() {
        svg.empty("path", &[("class", &class), ("d", &path)]);
    }
}

/// A text at a place, by its beginning unless it has an anchor.
pub(super) fn write_text(
    svg: &mut Svg,
    (x, y): (f64, f64),
    class: &'static str,
    size: f64,
    anchor: Option<&'static str>,
    text: &str,
) {
    let (x, y) = (px(x), px(y));
    let mut attributes: Vec<Attribute<'_>> = vec![("class", &class), ("x", &x), ("y", &y), ("font-size", &size)];
    if let Some(anchor) = &anchor {
        attributes.push(("text-anchor", anchor));
    }
    svg.holding("text", &attributes, text);
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn names_are_moved_apart() {
        let places = |wanted: &[f64]| spread(wanted, 10.0, (0.0, 100.0));
        assert_eq!(places(&[20.0, 50.0]), [20.0, 50.0]);
        assert_eq!(places(&[20.0, 22.0, 24.0]), [20.0, 30.0, 40.0]);
        assert_eq!(places(&[95.0, 97.0, 120.0]), [80.0, 90.0, 100.0]);
        assert_eq!(places(&[]), [0.0; 0]);
    }
}
