//! The numbers of the demo: a small pseudo-random series for each KPI, the same at every start, with the
//! variation of a real process, one shift, and weeks without a value.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// How a KPI's weeks come about. `drift` is what a change in the second year does to the level.
#[derive(Clone, Copy)]
pub(super) enum Process {
    /// So many cases a week, each a success with the chance `level`.
    Share { of: (u32, u32), level: f64, drift: f64 },
    /// So many cases a week, which take `level` on average.
    Duration { of: (u32, u32), level: f64, drift: f64 },
    /// A number of things, `level` on average.
    Count { level: f64 },
}

/// Why an observation was left out, as both parties agreed.
const EXCLUSIONS: [&str; 4] = [
    "Port strike at Rotterdam: outside both parties' control, excluded under the agreed policy.",
    "Site power outage after a storm; the week is excluded under the agreed policy.",
    "Migration of the source system: the records of this week cannot be told apart.",
    "Serialization outage at the authority's hub; excluded under the agreed policy.",
];

/// A generator of numbers (`SplitMix64`): small, and the same everywhere.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("half of 64 bits")
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self) -> f64 {
        f64::from(self.roll()) / f64::from(u32::MAX)
    }

    /// A whole number of a range.
    pub(super) fn within(&mut self, (least, most): (u32, u32)) -> u32 {
        least + self.roll() % (most - least + 1)
    }

    /// A number around 0 with the spread 1.
    fn spread(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// The weeks of one KPI.
pub(super) struct Series {
    process: Process,
    dice: Dice,
    shift: u32,
    excluded: u32,
}

impl Series {
    /// The series of a KPI. `weeks` is how many there will be.
    pub(super) fn new(process: Process, seed: u64, weeks: u32) -> Self {
        let mut dice = Dice::new(seed);
        let shift = weeks / 2 + dice.within((0, 16));
        let excluded = dice.within((10, weeks - 30));
        Self { process, dice, shift, excluded }
    }

    /// The observations of the weeks that begin on these Mondays, as the API takes them. `first` is the number of
    /// the first one in the series.
    pub(super) fn observations(&mut self, first: u32, mondays: &[NaiveDate]) -> Vec<Value> {
        (first..).zip(mondays).map(|(week, monday)| self.observation(week, *monday)).collect()
    }

    fn observation(&mut self, week: u32, monday: NaiveDate) -> Value {
        let (numerator, denominator) = self.numbers(week);
        let record = format!("{}-W{:02}", monday.iso_week().year(), monday.iso_week().week());
        let mut row = match denominator {
            Some(denominator) => json!({ "numerator": numerator, "denominator": denominator }),
            None => json!({ "value": numerator }),
        };
        if is_shutdown(monday) {
            row = json!({ "status": "NO_DATA", "reason": "Annual shutdown: nothing was made or decided." });
        } else if week == self.excluded {
            let index = usize::try_from(self.dice.within((0, 3))).expect("one of four");
            row = json!({ "status": "EXCLUDED", "reason": EXCLUSIONS[index] });
        }
        row["periodStart"] = json!(monday);
        row["sourceRecord"] = json!(format!("weekly report {record}"));
        row
    }

    /// What is counted, and out of how much.
    fn numbers(&mut self, week: u32) -> (f64, Option<u32>) {
        let drifted = |level: f64, drift: f64| if week >= self.shift { level + drift } else { level };
        match self.process {
            Process::Share { of, level, drift } => {
                let chance = drifted(level, drift);
                let cases = self.dice.within(of);
                (f64::from(self.successes(cases, chance)), Some(cases))
            }
            Process::Duration { of, level, drift } => {
                let mean = drifted(level, drift);
                let cases = self.dice.within(of);
                let total = (0..cases).map(|_| (mean + 0.35 * mean * self.dice.spread()).max(1.0)).sum::<f64>();
                (total.round(), Some(cases))
            }
            Process::Count { level } => ((level + level.sqrt() * self.dice.spread()).round().max(0.0), None),
        }
    }

    fn successes(&mut self, cases: u32, chance: f64) -> u32 {
        if cases > 200 {
            // A large share varies from week to week by more than chance alone.
            let share = (chance + 0.15 * (1.0 - chance) * self.dice.spread()).clamp(0.0, 1.0);
            return (0..=cases).find(|n| f64::from(*n) >= share * f64::from(cases)).unwrap_or(cases);
        }
        (0..cases).map(|_| u32::from(self.dice.share() < chance)).sum()
    }
}

/// Whether a week is one in which the plants stand still.
fn is_shutdown(monday: NaiveDate) -> bool {
    (monday.month(), monday.day()) >= (12, 23) || (monday.month(), monday.day()) == (1, 1)
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    #[test]
    fn a_series_is_the_same_every_time_and_varies() {
        let monday: NaiveDate = "2024-03-04".parse().unwrap();
        let mondays: Vec<_> = (0..104).map(|week| monday + Days::new(7 * week)).collect();
        let process = Process::Share { of: (12, 30), level: 0.91, drift: 0.03 };
        let series = |seed| Series::new(process, seed, 104).observations(0, &mondays);
        assert_eq!(series(1), series(1));
        assert_ne!(series(1), series(2));
        let count = |status: &str| series(1).iter().filter(|row| row["status"] == status).count();
        assert_eq!((count("EXCLUDED"), count("NO_DATA")), (1, 3));
        let sum = |field: &str| series(1).iter().filter_map(|row| row[field].as_f64()).sum::<f64>();
        assert!((sum("numerator") / sum("denominator") - 0.925).abs() < 0.03);
    }
}
