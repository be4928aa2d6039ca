//! The demo's datasets: quarters of 13 weeks, which go through the stages as the parties work with them. Most
//! are released; the newest are at every stage, some were corrected, one was released without both alignments.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use sea_orm::{ColumnTrait, Condition};
use serde_json::{Value, json};

use super::calendar::{ALL_WEEKS, Calendar, QUARTERS, WEEKS};
use super::cast::{Cast, Company, Part};
use super::catalog::Kpi;
use super::kpis::Measured;
use super::readings::{Voice, reading};
use super::records;
use super::relationships::Program;
use super::series::Series;
use crate::domain::kpi::dataset::{align, correct, draft, record, release, share};
use crate::entity::party::Party;
use crate::entity::{kpi_dataset, kpi_dataset_revision};
use crate::error::{Error, Result};
use crate::id::{KpiDatasetId, KpiId};

/// The datasets of one KPI, for counting them.
pub(super) const EACH: usize = QUARTERS as usize;

/// How far a dataset comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Draft,
    Shared,
    Aligned,
    Released,
    /// Released after the notice period, without the counterparty's word.
    ReleasedAlone,
    /// Released, corrected, aligned and released again.
    Corrected,
    /// Released, then corrected; the new revision is shared.
    UnderCorrection,
}

impl Fate {
    /// Every stage occurs in the last quarter of each relationship, and every way there among the quarters before.
    const fn of(kpi: usize, quarter: u32) -> Self {
        match (quarter, kpi) {
            (7, 0 | 4) => Self::Draft,
            (7, 1 | 5) | (6, 1) => Self::Shared,
            (7, 2 | 6) => Self::Aligned,
            (5, 0) => Self::UnderCorrection,
            (4, 3) => Self::Corrected,
            (3, 6) => Self::ReleasedAlone,
            _ => Self::Released,
        }
    }
}

/// One thing that happens to a dataset.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Open,
    Record,
    Share,
    Acknowledge,
    Interpret(Voice),
    Align(Voice),
    Release,
    Correct,
}

/// One dataset on its way.
pub(super) struct Dataset {
    program: &'static Program,
    kpi: &'static Kpi,
    kpi_id: KpiId,
    fate: Fate,
    turn: usize,
    period: (NaiveDate, NaiveDate),
    observations: Vec<Value>,
    /// Known once it is opened.
    id: Option<KpiDatasetId>,
    revision: i32,
}

/// The datasets of one KPI, with their numbers.
pub(super) fn of(measured: &Measured, calendar: &Calendar) -> Vec<Dataset> {
    let Measured { program, kpi, id, index, seed } = measured;
    let mut series = Series::new(kpi.process, *seed, ALL_WEEKS);
    (0..QUARTERS)
        .map(|quarter| {
            let mondays = calendar.mondays(quarter * WEEKS, WEEKS);
            let fate = Fate::of(*index, quarter);
            let mut observations = series.observations(quarter * WEEKS, &mondays);
            if fate == Fate::Draft {
                leave_open(&mut observations);
            }
            Dataset {
                program,
                kpi,
                kpi_id: *id,
                fate,
                turn: index + quarter as usize,
                period: (mondays[0], mondays[mondays.len() - 1] + Days::new(6)),
                observations,
                id: None,
                revision: 1,
            }
        })
        .collect()
}

/// Of the newest weeks nothing can be told yet.
fn leave_open(observations: &mut [Value]) {
    for row in observations.iter_mut().rev().take(2) {
        let reason = "Some of the week's cases are still open.";
        *row = json!({ "periodStart": row["periodStart"], "status": "PENDING", "reason": reason });
    }
}

impl Dataset {
    /// What became of it, and its id. Of several with the same outcome, the last one counts.
    pub(super) fn outcome(&self) -> Option<(&'static str, String)> {
        let outcome = match (self.fate, self.kpi.collector) {
            (Fate::Draft, Party::Sponsor) => "sponsorDraft",
            (Fate::Draft, Party::Cdmo) => "cdmoDraft",
            (Fate::Shared, _) => "shared",
            (Fate::Aligned, _) => "aligned",
            (Fate::Released, _) => "released",
            (Fate::ReleasedAlone, _) => "releasedAfterNotice",
            (Fate::Corrected, _) => "correctedAndReleased",
            (Fate::UnderCorrection, _) => "underCorrection",
        };
        Some((outcome, self.id?.to_string()))
    }

    /// What happens to it, and when. `now` is when the demo's history ends.
    pub(super) fn steps(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Step)> {
        use Voice::{Collector, Counterparty};
        let end = self.period.1;
        let at = |days: u64, hour: u32| {
            let day = end + Days::new(days);
            let time = day.and_hms_opt(hour, 0, 0).expect("an hour of a day").and_utc();
            // Not all at the same minute.
            time + TimeDelta::minutes(i64::try_from(self.turn * 3 % 50).unwrap_or_default())
        };
        let mut steps = vec![(at(1, 5), Step::Open), (at(1, 6), Step::Record)];
        if self.fate == Fate::Draft {
            return steps;
        }
        steps.extend([(at(1, 14), Step::Share), (at(4, 9), Step::Interpret(Collector))]);
        match self.fate {
            Fate::ReleasedAlone => steps.push((at(10, 9), Step::Release)),
            Fate::Shared => steps.push((at(2, 9), Step::Acknowledge)),
            _ => {
                steps.push((at(5, 9), Step::Interpret(Counterparty)));
                steps.extend([(at(7, 9), Step::Align(Collector)), (at(8, 9), Step::Align(Counterparty))]);
            }
        }
        if matches!(self.fate, Fate::Released | Fate::Corrected | Fate::UnderCorrection) {
            steps.push((at(9, 9), Step::Release));
        }
        match self.fate {
            Fate::Corrected => steps.extend([
                (at(30, 9), Step::Correct),
                (at(31, 10), Step::Interpret(Collector)),
                (at(33, 9), Step::Align(Collector)),
                (at(34, 9), Step::Align(Counterparty)),
                (at(35, 9), Step::Release),
            ]),
            Fate::UnderCorrection => steps.push((now - TimeDelta::days(2), Step::Correct)),
            _ => {}
        }
        steps
    }

    /// Does one step.
    pub(super) async fn go(&mut self, cast: &Cast, step: Step) -> Result<()> {
        match step {
            Step::Open => self.open(cast).await,
            Step::Record => self.record(cast).await,
            Step::Share => {
                let input = self.with_version(cast).await?;
                cast.act(self.someone(Voice::Collector, Part::Working), share::share, input).await.map(drop)
            }
            Step::Acknowledge => {
                let input = self.with_revision()?;
                cast.act(self.someone(Voice::Counterparty, Part::Working), share::acknowledge, input).await.map(drop)
            }
            Step::Interpret(voice) => {
                let mut input = self.with_revision()?;
                input["text"] = json!(reading(self.kpi, self.value(), voice, self.turn));
                cast.act(self.someone(voice, Part::Working), align::interpret, input).await.map(drop)
            }
            Step::Align(voice) => {
                let mut input = self.with_revision()?;
                input["digest"] = json!(self.digest(cast).await?);
                cast.act(self.someone(voice, Part::Approver), align::align, input).await.map(drop)
            }
            Step::Release => {
                let input = self.with_version(cast).await?;
                cast.act(self.someone(Voice::Collector, Part::Working), release::release, input).await.map(drop)
            }
            Step::Correct => self.correct(cast).await,
        }
    }

    async fn open(&mut self, cast: &Cast) -> Result<()> {
        let (from, to) = self.period;
        let input = json!({ "kpiId": self.kpi_id.to_string(), "periodStart": from, "periodEnd": to });
        self.id = Some(cast.act(self.someone(Voice::Collector, Part::Robot), draft::open, input).await?);
        Ok(())
    }

    async fn record(&self, cast: &Cast) -> Result<()> {
        let robot = self.someone(Voice::Collector, Part::Robot);
        let dataset = self.id()?.to_string();
        if let Some(outcomes) = &self.kpi.outcomes {
            let records: Vec<Value> = self.observations.iter().flat_map(|week| records::of(week, outcomes)).collect();
            let input = json!({ "kpiDatasetId": dataset, "records": records });
            return cast.act(robot, record::record, input).await.map(drop);
        }
        let input = json!({ "kpiDatasetId": dataset, "observations": self.observations });
        cast.act(robot, draft::record, input).await.map(drop)
    }

    /// One record of a week was found later.
    async fn correct(&mut self, cast: &Cast) -> Result<()> {
        let reported = self.observations.iter_mut().find(|row| row["status"].is_null());
        let row = reported.ok_or_else(|| Error::internal("every quarter has a week with a value"))?;
        match row["denominator"].as_u64() {
            Some(cases) => row["denominator"] = json!(cases + 1),
            None => *row = json!({ "periodStart": row["periodStart"], "value": 1 }),
        }
        row["note"] = json!("Corrected: one record had been booked to the wrong week.");
        let row = row.clone();
        let mut input = self.with_version(cast).await?;
        input["reason"] = json!("One record of that week had been booked to another one.");
        match &self.kpi.outcomes {
            Some(outcomes) => input["records"] = json!(records::of(&row, outcomes)),
            None => input["observations"] = json!([row]),
        }
        cast.act(self.someone(Voice::Collector, Part::Working), correct::correct, input).await?;
        self.revision += 1;
        Ok(())
    }

    /// Who plays a part for the party that collects, or for the other.
    fn someone(&self, voice: Voice, part: Part) -> (&'static Company, Part) {
        let party = match voice {
            Voice::Collector => self.kpi.collector,
            Voice::Counterparty => self.kpi.collector.other(),
        };
        (self.program.company(party), part)
    }

    fn id(&self) -> Result<KpiDatasetId> {
        self.id.ok_or_else(|| Error::internal("a dataset is opened first"))
    }

    async fn with_version(&self, cast: &Cast) -> Result<Value> {
        let reader = self.someone(Voice::Collector, Part::Working);
        let row = cast.read::<kpi_dataset::Entity, _>(reader, self.id()?).await?;
        Ok(json!({ "kpiDatasetId": row.id.to_string(), "expectedVersion": row.version }))
    }

    fn with_revision(&self) -> Result<Value> {
        Ok(json!({ "kpiDatasetId": self.id()?.to_string(), "revision": self.revision }))
    }

    async fn digest(&self, cast: &Cast) -> Result<String> {
        use kpi_dataset_revision::{Column, Entity};
        let this = Condition::all().add(Column::DatasetId.eq(self.id()?)).add(Column::Number.eq(self.revision));
        let found = cast.find::<Entity>(self.someone(Voice::Collector, Part::Working), this).await?;
        Ok(found.ok_or_else(|| Error::internal("a shared dataset has a revision"))?.digest)
    }

    /// The value of the whole quarter.
    fn value(&self) -> Option<f64> {
        let of = |field: &str| self.observations.iter().filter_map(|row| row[field].as_f64()).collect::<Vec<_>>();
        let (numerators, denominators, values) = (of("numerator"), of("denominator"), of("value"));
        let scale = if self.kpi.unit == "%" { 100.0 } else { 1.0 };
        let denominator = denominators.iter().sum::<f64>();
        if denominator > 0.0 {
            return Some(scale * numerators.iter().sum::<f64>() / denominator);
        }
        let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
        Some(values.iter().sum::<f64>() / f64::from(count))
    }
}
