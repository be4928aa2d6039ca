//! What the relationships measure: KPIs with one agreed definition each, datasets at every stage, observations.

use chrono::{Days, TimeDelta};
use guidepost::entity::kpi_dataset::KpiDatasetStage;
use guidepost::entity::kpi_definition::{KpiAggregation, KpiDataKind, KpiDefinitionState, KpiDirection, KpiFrequency};
use guidepost::entity::observation::{NO_SITE, ObservationStatus};
use guidepost::entity::party::{Parties, Party};
use guidepost::entity::{kpi, kpi_dataset, kpi_dataset_revision, kpi_definition, observation};

use super::shape::{
    DATASETS_EACH, DAYS_OF_A_DRAFT, KPIS_EACH, OBSERVATIONS_EACH, Shape, first_day, id, made_at, scattered,
};

const CODES: [&str; KPIS_EACH] = ["RFT", "FORECAST", "OTIF", "YIELD"];

/// Out of how many the cases of a day are counted: values have one decimal.
const CASES: u32 = 200;

/// The collector of the numbers is the CDMO, but of the forecast.
const fn collecting_party(nth_kpi: usize) -> Party {
    if nth_kpi == 1 { Party::Sponsor } else { Party::Cdmo }
}

/// The datasets of the first half are released; of the second, each party has one as a draft.
const fn stage(nth_dataset: usize) -> KpiDatasetStage {
    match nth_dataset {
        0..KPIS_EACH => KpiDatasetStage::Released,
        KPIS_EACH | 5 => KpiDatasetStage::Draft,
        6 => KpiDatasetStage::Shared,
        _ => KpiDatasetStage::Aligned,
    }
}

pub(super) fn kpis(shape: Shape) -> impl Iterator<Item = kpi::Model> {
    (0..shape.relationships() * KPIS_EACH).map(move |row| {
        let (relationship, nth) = shape.place_of(row);
        kpi::Model {
            id: id(row),
            relationship_id: id(relationship),
            code: CODES[nth].to_owned(),
            agreed_number: Some(1),
            version: 2,
            created_at: made_at(row),
        }
    })
}

pub(super) fn definitions(shape: Shape) -> impl Iterator<Item = kpi_definition::Model> {
    (0..shape.relationships() * KPIS_EACH).map(move |row| {
        let (relationship, nth) = shape.place_of(row);
        kpi_definition::Model {
            id: id(row),
            kpi_id: id(row),
            relationship_id: id(relationship),
            number: 1,
            state: KpiDefinitionState::Agreed,
            proposed_by: Party::Cdmo,
            name: format!("{} of the day", CODES[nth]),
            purpose: "To see early where the process drifts.".to_owned(),
            numerator: "cases that were as they should be".to_owned(),
            denominator: Some("all cases of the day".to_owned()),
            unit: "%".to_owned(),
            scale: 100.0,
            aggregation: KpiAggregation::RatioOfSums,
            direction: KpiDirection::Up,
            target: Some(97.0),
            frequency: KpiFrequency::Day,
            by_site: false,
            collecting_party: collecting_party(nth),
            source_system: Some("MES".to_owned()),
            notice_days: 14,
            template: None,
            formula: None,
            data_kind: Some(KpiDataKind::Share),
            aggregation_over_time: None,
            attention_threshold: None,
            critical_threshold: None,
            collection_method: None,
            calendar: None,
            year_start_month: None,
            counting_rule: None,
            exclusions: None,
            reason_codes: None,
            review: None,
            valid_from: None,
            effective_on: Some(made_at(row).date_naive()),
            closed_as: None,
            closed_by: None,
            closed_reason: None,
            closed_at: None,
            digest: "0".repeat(64),
            created_at: made_at(row),
            agreed_at: Some(made_at(row)),
        }
    })
}

pub(super) fn datasets(shape: Shape) -> impl Iterator<Item = kpi_dataset::Model> {
    (0..shape.relationships() * DATASETS_EACH).map(move |row| {
        let (relationship, nth) = shape.place_of(row);
        let kpi = shape.row_of(relationship, nth % KPIS_EACH);
        let period_start = first_day(nth / KPIS_EACH);
        let stage = stage(nth);
        let days = if stage == KpiDatasetStage::Draft { DAYS_OF_A_DRAFT } else { OBSERVATIONS_EACH };
        kpi_dataset::Model {
            id: id(row),
            relationship_id: id(relationship),
            kpi_id: id(kpi),
            definition_id: id(kpi),
            collecting_party: collecting_party(nth % KPIS_EACH),
            period_start,
            period_end: period_start + Days::new(days as u64 - 1),
            stage,
            revision: 1,
            released_revision: (stage == KpiDatasetStage::Released).then_some(1),
            draft_digest: None,
            data_as_of: None,
            version: 2,
            created_at: made_at(row),
            updated_at: made_at(row),
        }
    })
}

pub(super) fn revisions(shape: Shape) -> impl Iterator<Item = kpi_dataset_revision::Model> {
    let shared = datasets(shape).enumerate().filter(|(_, dataset)| dataset.stage != KpiDatasetStage::Draft);
    shared.map(|(row, dataset)| {
        let released = dataset.released_revision.is_some();
        kpi_dataset_revision::Model {
            id: id(row),
            dataset_id: dataset.id,
            relationship_id: dataset.relationship_id,
            number: 1,
            reason: None,
            observation_count: i32::try_from(OBSERVATIONS_EACH).expect("a small number"),
            record_count: None,
            data_as_of: None,
            digest: "0".repeat(64),
            shared_at: dataset.created_at,
            shared_by_subject: "someone".to_owned(),
            acknowledged_at: None,
            released_at: released.then_some(dataset.updated_at),
            released_by: released.then_some(Party::Sponsor),
            released_without: released.then(Parties::default),
            created_at: dataset.created_at,
        }
    })
}

pub(super) fn observations(shape: Shape) -> impl Iterator<Item = observation::Model> {
    datasets(shape).enumerate().flat_map(|(row, dataset)| {
        (0..OBSERVATIONS_EACH).map(move |day| {
            let period_start = dataset.period_start + Days::new(day as u64);
            let number = row * OBSERVATIONS_EACH + day;
            let missed = u32::try_from(scattered(number) % 20).expect("a small number");
            observation::Model {
                dataset_id: dataset.id,
                revision: 1,
                period_start,
                site_id: NO_SITE,
                period_end: period_start,
                numerator: Some(f64::from(CASES - missed)),
                denominator: Some(f64::from(CASES)),
                value: Some(100.0 * f64::from(CASES - missed) / f64::from(CASES)),
                status: ObservationStatus::Reported,
                reason: None,
                source_system: Some("MES".to_owned()),
                source_record: Some(format!("report {number}")),
                note: None,
                recorded_at: dataset.created_at + TimeDelta::days(1),
            }
        })
    })
}
