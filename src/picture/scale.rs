//! The vertical scale of a panel: from values to pixels, and the round numbers beside it.

use super::text::number;

/// How far apart numbers on an axis should be at least, in pixels.
const APART: f64 = 34.0;
/// The free part of a scale beyond its extreme values.
const FREE: f64 = 0.06;

/// A scale from a lowest value, at the bottom, to a highest, at the top.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
    /// The step between the numbers beside it.
    step: f64,
}

impl Scale {
    /// One that has all these values between `top` and `bottom`. It does not go below zero, or above, where no value
    /// does.
    pub(super) fn new(values: impl Iterator<Item = f64>, top: f64, bottom: f64) -> Self {
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
        // Halves, so that the distance of any two numbers is one.
        let span = high / 2.0 - low / 2.0;
        let free = if span > 0.0 {
            span * FREE * 2.0
        } else if low == 0.0 {
            1.0
        } else {
            low.abs() * 0.05
        };
        let below = if low >= 0.0 { (low - free).max(0.0) } else { (low - free).max(f64::MIN) };
        let above = if high <= 0.0 && low < 0.0 { (high + free).min(0.0) } else { (high + free).min(f64::MAX) };
        // A value that differs from its neighbors by rounding alone has no scale.
        let (low, high) = if above > below { (below, above) } else { (below, below + 1.0) };
        Self { low, high, top, bottom, step: step(low, high, ((bottom - top) / APART).max(1.0)) }
    }

    /// Where a value is.
    pub(super) fn y(&self, value: f64) -> f64 {
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        self.bottom - share.clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    /// The round numbers on it, from the bottom.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let first = (self.low / self.step).ceil();
        let ticks = (0..=(MOST_TICKS)).map(|index| (first + f64::from(index)) * self.step);
        ticks.take_while(|tick| *tick <= self.high).collect()
    }

    /// A number as it is written beside the scale.
    pub(super) fn label(&self, tick: f64) -> String {
        number(tick, self.step)
    }

    /// A value that lies between the numbers, one digit finer.
    pub(super) fn fine(&self, value: f64) -> String {
        // A step of ten is one of a few ones here, so that a digit after the point is left.
        number(value, 10.0_f64.powf((self.step * 0.99).log10().floor() - 1.0))
    }
}

const MOST_TICKS: i32 = 40;

/// 1, 2, 2.5 or 5 times a power of ten, so that there are at most so many steps.
fn step(low: f64, high: f64, most: f64) -> f64 {
    let least = high / most - low / most;
    let power = 10.0_f64.powf(least.log10().floor());
    let nice = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
    nice.into_iter().find(|step| *step >= least && step.is_normal()).unwrap_or(least.max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], height: f64) -> Vec<String> {
        let scale = Scale::new(values.iter().copied(), 0.0, height);
        scale.ticks().into_iter().map(|tick| scale.label(tick)).collect()
    }

    #[test]
    fn the_numbers_are_round() {
        assert_eq!(labels(&[90.0, 97.0], 200.0), ["90", "92", "94", "96"]);
        assert_eq!(labels(&[0.0, 0.013], 100.0), ["0.000", "0.005", "0.010"]);
        assert_eq!(labels(&[-1_500.0, 2_000.0], 150.0), ["−1,000", "0", "1,000", "2,000"]);
        assert_eq!(labels(&[], 100.0), ["0.0", "0.5", "1.0"]);
    }

    #[test]
    fn any_values_have_a_scale() {
        for values in [[0.0, 0.0], [5.0, 5.0], [-5.0, -5.0], [f64::MIN, f64::MAX], [1e-300, 2e-300], [1e15, 1e15 + 1.0]]
        {
            let scale = Scale::new(values.into_iter(), 10.0, 110.0);
            for value in values {
                let y = scale.y(value);
                assert!((10.0..=110.0).contains(&y), "{values:?}: {y}");
            }
            let ticks = scale.ticks();
            assert!(ticks.len() < 12, "{values:?}: {ticks:?}");
        }
    }
}
