//! Datasets that are put into the database as they are, for tests of what is read.

use chrono::NaiveDate;
use guidepost::domain::kpi::period;
use guidepost::entity::kpi_dataset::{self, KpiDatasetStage};
use guidepost::entity::kpi_definition::KpiFrequency;
use guidepost::entity::observation::{self, NO_SITE, ObservationStatus};
use guidepost::entity::party::Party;
use guidepost::id::KpiDatasetId;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{AgreedKpi, App, World};

/// A dataset that the CDMO collected.
pub struct Seed {
    pub from: &'static str,
    pub to: &'static str,
    pub stage: KpiDatasetStage,
    pub revision: i32,
    pub released: Option<i32>,
    pub frequency: KpiFrequency,
    /// The observations by revision, first day of the period, and site.
    pub observations: Vec<(i32, &'static str, Option<String>, Seen)>,
}

/// What was observed.
#[derive(Clone, Copy)]
pub enum Seen {
    Share(f64, f64),
    Value(f64),
    Missing(ObservationStatus),
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

impl Seed {
    /// A shared dataset of monthly observations at its first revision, without any.
    pub fn shared(from: &'static str, to: &'static str) -> Self {
        let (stage, frequency) = (KpiDatasetStage::Shared, KpiFrequency::Month);
        Self { from, to, stage, revision: 1, released: None, frequency, observations: Vec::new() }
    }

    pub fn draft(self) -> Self {
        Self { stage: KpiDatasetStage::Draft, ..self }
    }

    pub fn released(self) -> Self {
        Self { stage: KpiDatasetStage::Released, released: Some(self.revision), ..self }
    }

    /// A correction that is shared; what was released stays so.
    pub fn corrected(self) -> Self {
        Self { stage: KpiDatasetStage::Shared, revision: self.revision + 1, ..self }
    }

    pub fn each(self, frequency: KpiFrequency) -> Self {
        Self { frequency, ..self }
    }

    /// An observation of the current revision.
    pub fn with(mut self, start: &'static str, seen: Seen) -> Self {
        self.observations.push((self.revision, start, None, seen));
        self
    }

    /// An observation of the current revision at a site.
    pub fn at(mut self, site: &str, start: &'static str, seen: Seen) -> Self {
        self.observations.push((self.revision, start, Some(site.to_owned()), seen));
        self
    }

    /// Puts it into the database; its id.
    pub async fn put(self, app: &App, world: &World, kpi: &AgreedKpi) -> String {
        app.off_the_record();
        let id: KpiDatasetId = app.clock.new_id();
        let dataset = kpi_dataset::Model {
            id,
            relationship_id: world.relationship.parse().expect("an id"),
            kpi_id: kpi.id.parse().expect("an id"),
            definition_id: kpi.definition.parse().expect("an id"),
            collecting_party: Party::Cdmo,
            period_start: day(self.from),
            period_end: day(self.to),
            stage: self.stage,
            revision: self.revision,
            released_revision: self.released,
            version: 1,
            created_at: app.clock.now(),
            updated_at: app.clock.now(),
        };
        let observations: Vec<_> = self
            .observations
            .iter()
            .map(|(revision, start, site, seen)| {
                let start = day(start);
                let (numerator, denominator, value, status) = match *seen {
                    Seen::Share(n, d) => (Some(n), Some(d), Some(100.0 * n / d), ObservationStatus::Reported),
                    Seen::Value(value) => (None, None, Some(value), ObservationStatus::Reported),
                    Seen::Missing(status) => (None, None, None, status),
                };
                let row = observation::Model {
                    dataset_id: id,
                    revision: *revision,
                    period_start: start,
                    site_id: site.as_ref().map_or(NO_SITE, |site| site.parse().expect("an id")),
                    period_end: period::end_of(self.frequency, start),
                    numerator,
                    denominator,
                    value,
                    status,
                    reason: (status == ObservationStatus::Excluded).then(|| "validation batch".to_owned()),
                    source_system: Some("SAP".to_owned()),
                    source_record: None,
                    note: None,
                    recorded_at: app.clock.now(),
                };
                row.into_active_model()
            })
            .collect();
        let transaction = app.database.begin().await.expect("a transaction");
        kpi_dataset::Entity::insert(dataset.into_active_model())
            .exec_without_returning(&transaction)
            .await
            .expect("the dataset");
        observation::Entity::insert_many(observations).exec_without_returning(&transaction).await.expect("the rows");
        transaction.commit().await.expect("a commit");
        id.to_string()
    }
}
