//! How large the benchmarks' world is, and who works with whom in it.
//!
//! Some organizations are hubs, which have 20 relationships each: every sponsor, and some of the CDMOs. The callers
//! are theirs, so that what a caller is answered is of the same size on every scale, and only the tables grow.
//!
//! Rows are numbered from 0. Those of one relationship are as far apart as there are relationships: all of them grow
//! side by side.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use guidepost::entity::party::Party;
use guidepost::id::{Id, Kind, KpiDatasetId};
use uuid::Builder;

/// The sponsors on scale 1; everything else follows.
const SPONSORS: f64 = 50.0;
/// The CDMOs for each sponsor.
const CDMOS_EACH: usize = 4;

/// The relationships of each hub.
pub(crate) const RELATIONSHIPS_EACH: usize = 20;
/// The action items of each relationship.
pub(crate) const ACTION_ITEMS_EACH: usize = 50;
/// The KPIs of each relationship.
pub(crate) const KPIS_EACH: usize = 4;
/// The datasets of each relationship: of each KPI one that is released, and one that is not yet.
pub(crate) const DATASETS_EACH: usize = 2 * KPIS_EACH;
/// The observations of each dataset: one a day.
pub(crate) const OBSERVATIONS_EACH: usize = 150;
/// The days that a draft has room for.
pub(crate) const DAYS_OF_A_DRAFT: usize = 500;

/// The sizes of one scale.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    sponsors: usize,
}

impl Shape {
    /// The sizes of a scale, 1 being that of the limits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of sponsors")]
    pub(crate) fn of_scale(scale: f64) -> Self {
        Self { sponsors: (SPONSORS * scale).round().max(1.0) as usize }
    }

    /// Sponsors come first, then the CDMOs that are hubs, then the other CDMOs.
    pub(crate) const fn organizations(self) -> usize {
        self.sponsors * (1 + CDMOS_EACH)
    }

    pub(crate) const fn hubs(self) -> usize {
        self.sponsors + self.cdmo_hubs()
    }

    /// 14 on scale 1.
    const fn cdmo_hubs(self) -> usize {
        let hubs = self.sponsors * 14 / 50;
        if hubs == 0 { 1 } else { hubs }
    }

    pub(crate) const fn relationships(self) -> usize {
        self.sponsors * RELATIONSHIPS_EACH
    }

    pub(crate) const fn sponsor_of(self, relationship: usize) -> usize {
        relationship % self.sponsors
    }

    pub(crate) const fn cdmo_of(self, relationship: usize) -> usize {
        let hubs = self.cdmo_hubs();
        let of_hubs = hubs * RELATIONSHIPS_EACH;
        if relationship < of_hubs {
            return self.sponsors + relationship % hubs;
        }
        let others = self.sponsors * CDMOS_EACH - hubs;
        self.sponsors + hubs + (relationship - of_hubs) % others
    }

    /// The `nth` relationship of a hub.
    pub(crate) const fn relationship_of(self, hub: usize, nth: usize) -> usize {
        let nth = nth % RELATIONSHIPS_EACH;
        match self.party_of(hub) {
            Party::Sponsor => nth * self.sponsors + hub,
            Party::Cdmo => nth * self.cdmo_hubs() + hub - self.sponsors,
        }
    }

    /// The side that an organization is on, in all its relationships.
    pub(crate) const fn party_of(self, organization: usize) -> Party {
        if organization < self.sponsors { Party::Sponsor } else { Party::Cdmo }
    }

    /// What tokens name an organization by.
    pub(crate) fn handle(self, organization: usize) -> String {
        match self.party_of(organization) {
            Party::Sponsor => format!("sponsor-{organization}"),
            Party::Cdmo => format!("cdmo-{organization}"),
        }
    }

    /// The row of a relationship's own: its `nth` action item, KPI or dataset.
    pub(crate) const fn row_of(self, relationship: usize, nth: usize) -> usize {
        nth * self.relationships() + relationship
    }

    /// Which of its relationship's own a row is, and whose.
    pub(crate) const fn place_of(self, row: usize) -> (usize, usize) {
        (row % self.relationships(), row / self.relationships())
    }

    /// A relationship's dataset that is a draft of this party.
    pub(crate) fn draft_of(self, relationship: usize, party: Party) -> KpiDatasetId {
        let kpi = match party {
            Party::Cdmo => 0,
            Party::Sponsor => 1,
        };
        id(self.row_of(relationship, KPIS_EACH + kpi))
    }
}

/// The id of the row with this number.
pub(crate) fn id<K: Kind>(row: usize) -> Id<K> {
    let millis = u64::try_from(made_at(row).timestamp_millis()).expect("a time after 1970");
    let noise = scattered(row) ^ K::PREFIX.bytes().fold(0, |noise, byte| noise << 8 | u64::from(byte));
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&noise.to_be_bytes());
    Id::new(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// When a row was made: so that 50,000 fill a year.
pub(crate) fn made_at(row: usize) -> DateTime<Utc> {
    let start = DateTime::from_timestamp(1_735_722_000, 0).expect("the first of January 2025");
    start + TimeDelta::minutes(10) * i32::try_from(row).expect("few rows")
}

/// The first day of a KPI's first dataset (`half` 0) or second one.
pub(crate) fn first_day(half: usize) -> NaiveDate {
    let start = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day");
    start + Days::new((half * OBSERVATIONS_EACH) as u64)
}

/// A number that looks random (the finish of `SplitMix64`).
pub(crate) fn scattered(number: usize) -> u64 {
    let mut mixed = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
