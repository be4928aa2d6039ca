//! From when to when the versions of a definition are valid. Of those that both parties agreed, the one that they agreed
//! last and that has begun is valid on a day (T3). Pure.

use chrono::{Days, NaiveDate};

use crate::domain::kpi::period::Periods;
use crate::entity::kpi_definition::Model;

/// The version, of those that were agreed, oldest first, that is valid on a day. What was before the first agreement can be
/// measured by that alone, unless both parties signed from when on it is valid.
#[must_use]
pub fn valid_on(agreed: &[Model], day: NaiveDate) -> Option<&Model> {
    let begun = |version: &&Model| version.effective().is_some_and(|from| from <= day);
    let first = || agreed.first().filter(|first| first.valid_from.is_none());
    agreed.iter().rev().find(begun).or_else(first)
}

/// The version, of those that were agreed, oldest first, that measures a reporting period: the one that is valid on its
/// last day. Periods that ended before that was valid are of another dataset. Or what to do where there is none.
pub fn valid_for(agreed: &[Model], from: NaiveDate, to: NaiveDate) -> Result<&Model, String> {
    let Some(version) = valid_on(agreed, to) else {
        return Err(match agreed.iter().filter_map(Model::effective).min() {
            Some(first) => {
                format!("both parties agreed to measure this KPI from {first} on, and nothing that ends before that")
            }
            None => {
                "no version of this KPI's definition is agreed by both parties yet: nothing is measured before that"
                    .to_owned()
            }
        });
    };
    let periods = Periods::of(version);
    let first_end = periods.end_of(periods.start_of(from));
    match version.effective() {
        Some(begun) if valid_on(agreed, first_end.min(to)).is_none_or(|first| first.id != version.id) => Err(format!(
            "what ends from {begun} on is measured by another version of the definition than what ends before: open a dataset for each"
        )),
        _ => Ok(version),
    }
}

/// The days on which a version is valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Validity {
    /// The first one.
    pub from: NaiveDate,
    /// The last one; none where no later version ends it.
    pub until: Option<NaiveDate>,
}

impl Validity {
    /// That of a version, among those that were agreed. None of one that was not agreed, or that a later one, which begins
    /// no later, took the place of before it began.
    #[must_use]
    pub fn of(version: &Model, agreed: &[Model]) -> Option<Self> {
        let from = version.effective()?;
        let later = agreed.iter().filter(|later| later.number > version.number);
        let next = later.filter_map(Model::effective).min();
        let until = next.and_then(|next| next.pred_opt());
        until.is_none_or(|until| until >= from).then_some(Self { from, until })
    }
}

/// Why a version cannot begin on a day: the one that is valid today has begun later, or its periods do not give way to
/// those of this one.
pub fn follows(from: Option<NaiveDate>, periods: Periods, agreed: &[Model], today: NaiveDate) -> Result<(), String> {
    let Some(from) = from else { return Ok(()) };
    if let Some(begun) = valid_on(agreed, today).and_then(Model::effective).filter(|begun| from < *begun) {
        return Err(format!(
            "is before {begun}, from which on the agreed version is valid: give that day or a later one"
        ));
    }
    let Some(old) = valid_before(from, agreed) else { return Ok(()) };
    if is_handover(old, periods, from) {
        return Ok(());
    }
    let day = first_handover(old, periods, from);
    Err(format!(
        "is within a period, of the version before ({old}) or of this one ({periods}): the next day on which periods of both begin is {day}"
    ))
}

/// The first day on which a version is valid that both parties agree to today: the signed one, or else today, or as soon
/// as its periods can take the place of those before.
#[must_use]
pub fn first_day(version: &Model, agreed: &[Model], today: NaiveDate) -> NaiveDate {
    let begin = |old| first_handover(old, Periods::of(version), today);
    version.valid_from.unwrap_or_else(|| valid_before(today, agreed).map_or(today, begin))
}

/// The periods by which the day before one is measured.
pub fn valid_before(day: NaiveDate, agreed: &[Model]) -> Option<Periods> {
    valid_on(agreed, day - Days::new(1)).map(Periods::of)
}

/// The first day, from a day on, on which periods of a new version can take the place of those of an old one.
#[must_use]
pub fn first_handover(old: Periods, new: Periods, day: NaiveDate) -> NaiveDate {
    if old == new {
        return day;
    }
    if meet(old, new) {
        let both = new.starts_from(day).find(|start| old.is_start(*start));
        return both.unwrap_or(day);
    }
    new.first_start(old.first_start(day))
}

/// Whether periods of a new version can take the place of those of an old one on a day. The same ones can on any: those
/// that end from then on are the new version's. Of others one begins and another is over, so that each day is of a period.
#[must_use]
pub fn is_handover(old: Periods, new: Periods, day: NaiveDate) -> bool {
    old == new || (new.is_start(day) && (old.is_start(day) || !meet(old, new)))
}

/// The days before a handover that are of a period of neither version: they are measured by none.
#[must_use]
pub fn unmeasured(old: Periods, new: Periods, handover: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let cut = old.start_of(handover);
    (old != new && cut < handover).then(|| (cut, handover - Days::new(1)))
}

/// Whether periods of both calendars begin on one day again and again. Those of shifted years never do, and weeks begin
/// with months by chance, which nobody should have to wait for.
fn meet(old: Periods, new: Periods) -> bool {
    let by_chance = old.is_weeks() != new.is_weeks() && !old.is_days() && !new.is_days();
    let any_year = NaiveDate::default()..NaiveDate::default() + Days::new(366);
    !by_chance && new.starts(any_year.start, any_year.end).any(|start| old.is_start(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;
    use crate::entity::kpi_definition::KpiFrequency::{self, Day, Month, Quarter, Week, Year};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_hand_over_where_one_ends_and_another_begins() {
        let calendar = |frequency, month| Periods::new(frequency, Some(month));
        for (old, new, from, handover, lost) in [
            (calendar(Month, 1), calendar(Month, 1), "2026-05-15", "2026-05-15", None),
            (calendar(Month, 1), calendar(Quarter, 1), "2026-05-15", "2026-07-01", None),
            (calendar(Quarter, 1), calendar(Month, 1), "2026-04-01", "2026-04-01", None),
            (calendar(Quarter, 1), calendar(Month, 1), "2026-04-02", "2026-07-01", None),
            (calendar(Year, 4), calendar(Day, 1), "2026-04-02", "2027-04-01", None),
            (calendar(Quarter, 1), calendar(Quarter, 4), "2026-02-01", "2026-04-01", None),
            (calendar(Day, 1), calendar(Week, 1), "2026-03-03", "2026-03-09", None),
            (calendar(Week, 1), calendar(Day, 1), "2026-03-03", "2026-03-09", None),
            // The week of 30 March has a day in April, and the month of March ends within a week.
            (calendar(Week, 1), calendar(Month, 1), "2026-03-03", "2026-04-01", Some(("2026-03-30", "2026-03-31"))),
            (calendar(Month, 1), calendar(Week, 1), "2026-03-03", "2026-04-06", Some(("2026-04-01", "2026-04-05"))),
            // No quarter from January is one from February, and no year from January one from April.
            (
                calendar(Quarter, 1),
                calendar(Quarter, 2),
                "2026-03-03",
                "2026-05-01",
                Some(("2026-04-01", "2026-04-30")),
            ),
            (calendar(Year, 1), calendar(Year, 4), "2026-03-03", "2027-04-01", Some(("2027-01-01", "2027-03-31"))),
        ] {
            let found = first_handover(old, new, day(from));
            assert_eq!(found, day(handover), "{old} to {new} from {from}");
            let lost = lost.map(|(first, last)| (day(first), day(last)));
            assert_eq!(unmeasured(old, new, found), lost, "{old} to {new} from {from}");
        }
    }

    fn any_periods() -> impl Strategy<Value = Periods> {
        let frequencies: Vec<KpiFrequency> = KpiFrequency::iter().collect();
        (proptest::sample::select(frequencies), 1..=12)
            .prop_map(|(frequency, month)| Periods::new(frequency, Some(month)))
    }

    proptest! {
        #[test]
        fn the_first_handover_is_the_first(old in any_periods(), new in any_periods(), offset in 0..5_000_u64) {
            let from = day("2020-01-01") + Days::new(offset);
            let found = first_handover(old, new, from);
            prop_assert!(found >= from && is_handover(old, new, found));
            prop_assert!(found <= from + Days::new(2 * 366), "{} is far", found);
            if unmeasured(old, new, found).is_none() {
                let earlier = from.iter_days().take_while(|day| *day < found);
                prop_assert!(earlier.filter(|day| old.is_start(*day)).all(|day| !is_handover(old, new, day)));
            }
        }
    }
}
