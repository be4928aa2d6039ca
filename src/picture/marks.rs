//! The marks of a picture: a shape for each meaning, so that color is not needed to tell them apart.

use super::description::{Meaning, Seen};
use super::svg::{Attribute, Svg, px};

/// What a point is marked as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// A plain value: a dot.
    Value,
    /// A value that is left out of the limits: a ring with a cross.
    Excluded,
    /// A value in a signal: a triangle, a square or a diamond.
    Signal(Meaning),
}

impl Mark {
    /// The mark of a point; none at a gap.
    pub(super) const fn of(seen: &Seen, signal: Option<Meaning>) -> Option<Self> {
        match (seen, signal) {
            (Seen::Gap(_), _) => None,
            (Seen::Excluded(..), _) => Some(Self::Excluded),
            (Seen::Value(_), Some(meaning)) => Some(Self::Signal(meaning)),
            (Seen::Value(_), None) => Some(Self::Value),
        }
    }

    /// The mark, of about this radius. A tip is shown to who points at it.
    pub(super) fn draw(self, svg: &mut Svg, (x, y): (f64, f64), radius: f64, tip: &str) {
        match self {
            Self::Value => {
                let attributes: [Attribute<'_>; 4] =
                    [("class", &"point"), ("cx", &px(x)), ("cy", &px(y)), ("r", &px(radius))];
                tipped(svg, "circle", &attributes, tip);
            }
            Self::Excluded => {
                let (r, arm) = (radius * 1.25, radius * 0.8);
                let path = format!(
                    "M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 {back} 0M{} {}L{} {}M{} {}L{} {}",
                    px(x - r),
                    px(y),
                    px(x - arm),
                    px(y - arm),
                    px(x + arm),
                    px(y + arm),
                    px(x - arm),
                    px(y + arm),
                    px(x + arm),
                    px(y - arm),
                    r = px(r),
                    d = px(2.0 * r),
                    back = px(-2.0 * r),
                );
                tipped(svg, "path", &[("class", &"excluded"), ("d", &path)], tip);
            }
            Self::Signal(meaning) => {
                let r = radius * 1.5;
                let (class, corners) = match meaning {
                    Meaning::Worse => ("worse", vec![(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)]),
                    Meaning::Better => ("better", vec![(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
                    Meaning::Neutral => ("neutral", vec![(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
                };
                let corners: Vec<String> =
                    corners.into_iter().map(|(dx, dy)| format!("{} {}", px(x + dx * r), px(y + dy * r))).collect();
                let path = format!("M{}Z", corners.join("L"));
                tipped(svg, "path", &[("class", &class), ("d", &path)], tip);
            }
        }
    }
}

/// The ring around the mark of a point whose data is being corrected, whatever the mark is.
pub(super) fn draw_ring(svg: &mut Svg, (x, y): (f64, f64), radius: f64) {
    svg.empty("circle", &[("class", &"corrected"), ("cx", &px(x)), ("cy", &px(y)), ("r", &px(radius * 2.4))]);
}

fn tipped(svg: &mut Svg, name: &'static str, attributes: &[Attribute<'_>], tip: &str) {
    if tip.is_empty() {
        svg.empty(name, attributes);
    } else {
        svg.open(name, attributes);
        svg.holding("title", &[], tip);
        svg.close();
    }
}
