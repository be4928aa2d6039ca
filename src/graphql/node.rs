//! `node` and `nodes` of the Relay specification: any object by its id alone, under the same rules as
//! everywhere else.

use async_graphql::{Context, ID, Interface, Object, Result, Union};
use uuid::Uuid;

use super::action_item::ActionItem;
use super::contact::Contact;
use super::context::ContextExt;
use super::cost::list_size;
use super::kpi::chart_basis::KpiChartBasis;
use super::kpi::charter::MetricCharter;
use super::kpi::dataset::KpiDataset;
use super::kpi::definition::KpiDefinition;
use super::kpi::kpi::Kpi;
use super::kpi::revision::KpiDatasetRevision;
use super::kpi::signal::KpiSignal;
use super::organization::Organization;
use super::relationship::Relationship;
use super::scope_of_work::{Milestone, ScopeOfWork};
use super::scopes::{Field, nullable};
use super::site::Site;
use crate::access::permit::{self, AnyOf};
use crate::error::Error;
use crate::id::{self, Id, Kind, kind};

/// The most ids that are looked up at once.
pub const MOST: usize = 100;

/// An object with an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The object's id: a prefix that tells its kind, and a unique part."))]
pub enum Node {
    /// A company.
    Organization(Organization),
    /// A place where an organization works.
    Site(Site),
    /// A person or team of an organization.
    Contact(Contact),
    /// One sponsor and one CDMO working together.
    Relationship(Relationship),
    /// What the parties do together.
    ScopeOfWork(ScopeOfWork),
    /// A step of a scope of work.
    Milestone(Milestone),
    /// The opt-in of both parties to measure.
    MetricCharter(MetricCharter),
    /// One KPI of a relationship.
    Kpi(Kpi),
    /// What one KPI means, in one version.
    KpiDefinition(KpiDefinition),
    /// The observations of one KPI for one reporting period.
    KpiDataset(KpiDataset),
    /// One revision of a dataset.
    KpiDatasetRevision(KpiDatasetRevision),
    /// What the limits of a KPI's control chart rest on, in one version.
    KpiChartBasis(KpiChartBasis),
    /// A signal of a control chart that work was asked for on.
    KpiSignal(KpiSignal),
    /// Work that one party does and either asked for.
    ActionItem(ActionItem),
}

/// The id of kind `K` in an argument.
pub fn argument<K: Kind>(field: &str, text: &str) -> Result<Id<K>, Error> {
    text.parse().map_err(|error: id::IdError| Error::field(field, error.to_string()))
}

macro_rules! nodes {
    ($($kind:ident $scopes:ident $load:expr;)*) => {
        /// The object with an id, if the caller may see it.
        pub async fn load(ctx: &Context<'_>, prefix: &str, id: Uuid) -> Result<Option<Node>> {
            match prefix {
                $(kind::$kind::PREFIX => {
                    permit::$scopes.check(ctx.viewer())?;
                    let load = $load;
                    Ok(load(ctx, Id::new(id)).await?.map(Node::$kind))
                })*
                _ => Ok(None),
            }
        }

        /// An object that other services of a federation can point to: every node.
        #[derive(Union)]
        #[graphql(name = "_Entity")]
        pub enum Entity {
            $(
                #[doc = concat!("One of the type ", stringify!($kind), ".")]
                $kind($kind),
            )*
        }

        impl From<Node> for Entity {
            fn from(node: Node) -> Self {
                match node {
                    $(Node::$kind(object) => Self::$kind(object),)*
                }
            }
        }

        /// The prefix of the ids of a type, if it is a node's.
        pub fn prefix_of(type_name: &str) -> Option<&'static str> {
            match type_name {
                $(stringify!($kind) => Some(kind::$kind::PREFIX),)*
                _ => None,
            }
        }

        /// The kinds of nodes and the scopes that read them.
        pub const NODES: &[(&str, AnyOf)] = &[$((kind::$kind::PREFIX, permit::$scopes)),*];
    };
}

nodes! {
    Organization READ_RELATIONSHIPS super::organization::organization_by_id;
    Site READ_RELATIONSHIPS super::site::site_by_id;
    Contact READ_RELATIONSHIPS super::contact::contact_by_id;
    Relationship READ_RELATIONSHIPS super::relationship::relationship_by_id;
    ScopeOfWork READ_RELATIONSHIPS super::scope_of_work::scope_of_work_by_id;
    Milestone READ_RELATIONSHIPS super::scope_of_work::milestone_by_id;
    MetricCharter READ_KPIS_WORKING super::kpi::charter::metric_charter_by_id;
    Kpi READ_KPIS super::kpi::kpi::kpi_by_id;
    KpiDefinition READ_KPIS super::kpi::definition::kpi_definition_by_id;
    KpiDataset READ_KPIS super::kpi::dataset::dataset_by_id;
    KpiDatasetRevision READ_REVISIONS super::kpi::revision::revision_by_id;
    KpiChartBasis READ_KPIS_WORKING super::kpi::chart_basis::chart_basis_by_id;
    KpiSignal READ_KPIS_WORKING super::kpi::signal::signal_by_id;
    ActionItem READ_ACTIONS super::action_item::action_item_by_id;
}

/// The object that another one points to. Of a kind that the caller's scopes do not read it is null like one that
/// the caller may not see, so that the rest of the answer is not lost.
pub async fn load_if_readable(ctx: &Context<'_>, prefix: &str, id: Uuid) -> Result<Option<Node>> {
    let readable = NODES.iter().any(|(known, scopes)| *known == prefix && scopes.check(ctx.viewer()).is_ok());
    if readable { load(ctx, prefix, id).await } else { Ok(None) }
}

/// Looking objects up by id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null if there is none that the caller may see. The scopes are those of its kind.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The object's id.")] id: ID) -> Field<Node> {
        nullable(async move {
            let (prefix, id) = known("id", &id)?;
            load(ctx, &prefix, id).await
        })
        .await
    }

    /// The objects with these ids, in the same order; null in the place of one that the caller may not see.
    #[graphql(directive = list_size::apply(None, Some(vec!["ids".to_owned()]), None, true))]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objects' ids: up to 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Field<Node>>> {
        if ids.len() > MOST {
            return Err(Error::field("ids", format!("has {} ids; at most {MOST} are allowed", ids.len())).into());
        }
        let ids: Vec<_> =
            ids.iter().enumerate().map(|(n, id)| known(&format!("ids[{n}]"), id)).collect::<Result<_, _>>()?;
        let loads = ids.iter().map(|(prefix, id)| nullable(load(ctx, prefix, *id)));
        Ok(futures_util::future::join_all(loads).await)
    }
}

fn known(field: &str, text: &str) -> Result<(String, Uuid), Error> {
    id::parse_any(text)
        .filter(|(prefix, _)| NODES.iter().any(|(known, _)| known == prefix))
        .ok_or_else(|| Error::field(field, "is no id of an object here; one looks like rel_01h455vb4pex5vsknk084sn02q"))
}
