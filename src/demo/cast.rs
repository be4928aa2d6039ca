//! Who acts in the demo: the people and machines of its companies, and what their tokens carry.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::InputType;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, PrimaryKeyToColumn, QueryFilter};
use serde_json::Value;

use crate::access::reader::Reader;
use crate::access::scope::Scopes;
use crate::access::token::DEVELOPMENT_ISSUER;
use crate::access::viewer::Viewer;
use crate::access::visibility::Visible;
use crate::access::writer::Writer;
use crate::clock::Clock;
use crate::db::Database;
use crate::error::{Error, Result};
use crate::id::{Id, Kind, OrganizationId};

/// The part that someone plays in a company.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Part {
    /// Does and improves the work.
    Working,
    /// Signs for the company.
    Approver,
    /// Reads what is released.
    Leadership,
    /// Pushes numbers from an ERP or MES.
    Robot,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::Working, Self::Approver, Self::Leadership, Self::Robot];

    /// The scopes of such a token.
    pub(super) const fn scopes(self) -> &'static str {
        match self {
            Self::Working => {
                "relationships:read relationships:write actions:read actions:write kpis:read kpis:write journal:read"
            }
            Self::Approver => {
                "relationships:read relationships:approve actions:read kpis:read kpis:approve journal:read"
            }
            Self::Leadership => "relationships:read kpis:read-released",
            Self::Robot => "kpis:collect",
        }
    }
}

/// The scopes of the outsider: everything that a party's people may have, and no relationship to use it on.
pub(super) const OUTSIDER_SCOPES: &str = "relationships:read relationships:write relationships:approve actions:read \
    actions:write kpis:read kpis:write kpis:approve kpis:collect journal:read";

/// A company and its four callers, in the order of [`Part::ALL`].
pub(super) struct Company {
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    subjects: [&'static str; 4],
}

impl Company {
    const fn new(handle: &'static str, name: &'static str, subjects: [&'static str; 4]) -> Self {
        Self { handle, name, subjects }
    }

    /// The token subject of who plays a part.
    pub(super) const fn subject(&self, part: Part) -> &'static str {
        self.subjects[part as usize]
    }
}

pub(super) static LARKFIELD: Company = Company::new(
    "larkfield",
    "Larkfield Therapeutics",
    ["anna.keller", "tomas.lindqvist", "helen.okafor", "larkfield-erp"],
);
pub(super) static NOVESSA: Company =
    Company::new("novessa", "Novessa Pharma", ["julia.marques", "peter.novak", "samir.haddad", "novessa-erp"]);
pub(super) static BRIGHTWATER: Company = Company::new(
    "brightwater",
    "Brightwater Biologics",
    ["aoife.brennan", "wei.tan", "grace.whitfield", "brightwater-mes"],
);
pub(super) static MERIDIAN: Company =
    Company::new("meridian", "Meridian Sterile", ["luca.ferrari", "priya.raman", "daniel.cho", "meridian-mes"]);
/// In no relationship at all.
pub(super) static OUTSIDER: Company =
    Company::new("quillon", "Quillon Labs", ["olive.outsider", "oscar.outsider", "odette.outsider", "quillon-erp"]);

/// Every company.
pub(super) static COMPANIES: [&Company; 5] = [&LARKFIELD, &NOVESSA, &BRIGHTWATER, &MERIDIAN, &OUTSIDER];

/// Lets people act through the operations of the domain, as their tokens would let them, at the time of the
/// demo's clock.
pub(super) struct Cast {
    database: Database,
    clock: Clock,
    organizations: HashMap<&'static str, OrganizationId>,
}

impl Cast {
    pub(super) fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock, organizations: HashMap::new() }
    }

    /// Makes a company's people known, once it is registered.
    pub(super) fn join(&mut self, company: &'static Company, id: OrganizationId) {
        self.organizations.insert(company.handle, id);
    }

    /// Time passes until then.
    pub(super) fn pass_until(&self, time: DateTime<Utc>) {
        self.clock.move_to(time);
    }

    /// The operator of the service does something.
    pub(super) async fn operate<I: InputType, O>(
        &self,
        operation: impl AsyncFn(&Writer, I) -> Result<O>,
        input: Value,
    ) -> Result<O> {
        let viewer = self.viewer("operator", None, "admin");
        operation(&Writer::new(self.database.clone(), viewer, self.clock.clone()), parsed(input)?).await
    }

    /// Someone of a company does something. `input` is the operation's, as the API takes it.
    pub(super) async fn act<I: InputType, O>(
        &self,
        (company, part): (&Company, Part),
        operation: impl AsyncFn(&Writer, I) -> Result<O>,
        input: Value,
    ) -> Result<O> {
        let writer = Writer::new(self.database.clone(), self.viewer_of(company, part), self.clock.clone());
        // In a box, or the future of the whole demo would have room for the largest input.
        Box::pin(operation(&writer, parsed(input)?)).await
    }

    /// A row as someone of a company reads it.
    pub(super) async fn read<E: Visible, K: Kind>(
        &self,
        (company, part): (&Company, Part),
        id: Id<K>,
    ) -> Result<E::Model> {
        let key = <E::PrimaryKey as sea_orm::Iterable>::iter().next().map(PrimaryKeyToColumn::into_column);
        let key: E::Column = key.ok_or_else(|| Error::internal("a table without a key"))?;
        self.find::<E>((company, part), key.eq(id.uuid())).await?.ok_or_else(|| Error::not_found(K::NAME))
    }

    /// The first row that someone of a company reads and that meets a condition.
    pub(super) async fn find<E: Visible>(
        &self,
        (company, part): (&Company, Part),
        condition: impl sea_orm::sea_query::IntoCondition,
    ) -> Result<Option<E::Model>> {
        let viewer = self.viewer_of(company, part);
        let reader = Reader::new(viewer, self.database.reader().clone(), self.clock.clone());
        Ok(reader.find::<E>().filter(condition.into_condition()).one(reader.connection()).await?)
    }

    fn viewer_of(&self, company: &Company, part: Part) -> Arc<Viewer> {
        self.viewer(company.subject(part), self.organizations.get(company.handle).copied(), part.scopes())
    }

    fn viewer(&self, subject: &str, organization: Option<OrganizationId>, scopes: &str) -> Arc<Viewer> {
        Arc::new(Viewer {
            issuer: DEVELOPMENT_ISSUER.into(),
            subject: subject.to_owned(),
            organization,
            scopes: Scopes::parse(scopes),
            token_id: None,
            issued_at: Some(self.clock.now()),
            expires_at: self.clock.now(),
        })
    }
}

fn parsed<I: InputType>(input: Value) -> Result<I> {
    let value = async_graphql::Value::from_json(input).map_err(Error::internal)?;
    I::parse(Some(value)).map_err(|error| {
        let error = async_graphql::InputValueError::<I>::into_server_error(error, async_graphql::Pos::default());
        Error::internal(error.message)
    })
}
