//! KPIs, across the versions of their definitions.

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::chart::{CHART, DEFAULT_POINTS, KpiControlChart, control_chart_of};
use super::chart_basis::KpiChartBasis;
use super::chart_link::{KpiChartLink, LinkAsked, link_to};
use super::columns::{KpiSeriesColumns, columns_of};
use super::dataset::{KpiDataset, datasets_of};
use super::definition::{KpiDefinition, kpi_definition_by_id};
use super::review::{KpiNextReview, SEARCH, next_review_of};
use super::series::{KpiPoint, series_of};
use super::total::{KpiSiteTotal, KpiTotal, SITES, WHOLE_RANGE, site_comparison_of, total_of};
use crate::access::permit;
use crate::domain::kpi::chart::Asked;
use crate::domain::kpi::chart_basis::list::BasisOf;
use crate::domain::kpi::dataset::{KpiDatasetFilter, KpiDatasetOrder};
use crate::domain::kpi::definition::list::{AgreedVersionsOf, KpiFilter, KpiOrder, ProposedVersionOf};
use crate::domain::kpi::definition::validity::valid_on;
use crate::domain::kpi::series::Section;
use crate::entity::kpi_chart_basis::{KpiChartType, KpiRuleSet};
use crate::entity::kpi_definition::KpiFrequency;
use crate::entity::{kpi, kpi_chart_basis, kpi_dataset, kpi_definition};
use crate::graphql::connection::{Connection, Paging};
use crate::graphql::context::ContextExt;
use crate::graphql::cost::{cost, list_size};
use crate::graphql::node::argument;
use crate::graphql::reference::{self, ExternalReference};
use crate::graphql::relationship::{Relationship, relationship_by_id};
use crate::graphql::scopes::{Field, list, nullable, one, requires_scopes};
use crate::id::KpiId;
use crate::picture::Theme;
use crate::scalar::Date;

/// One KPI of a relationship.
pub struct Kpi(pub kpi::Model);

/// One KPI of a relationship. What it means is in its definition, in versions.
#[Object]
impl Kpi {
    /// Its id, `kpi_…`.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the relationship it belongs to.
    async fn relationship_id(&self) -> ID {
        self.0.relationship_id.into()
    }

    /// The relationship it belongs to.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_RELATIONSHIPS.alternatives())
    )]
    async fn relationship(&self, ctx: &Context<'_>) -> Field<Relationship> {
        one(ctx, permit::READ_RELATIONSHIPS, async move { relationship_by_id(ctx, self.0.relationship_id).await }).await
    }

    /// Its short name, unique in the relationship, as `OTD`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The version of its definition that is valid today, of those that the caller sees: for leadership, by which
    /// something was released. Null while none is valid.
    async fn definition(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move {
            let versions = ctx.reads().load(AgreedVersionsOf(self.0.id)).await?.unwrap_or_default();
            Ok(valid_on(&versions, ctx.reads().reader().today()).cloned().map(KpiDefinition::new))
        })
        .await
    }

    /// The version that is proposed and that both parties have not agreed to yet; for the working level.
    async fn proposal(&self, ctx: &Context<'_>) -> Field<KpiDefinition> {
        nullable(async move { Ok(ctx.reads().load(ProposedVersionOf(self.0.id)).await?.map(KpiDefinition::new)) }).await
    }

    /// The versions of its definition that the caller may see, oldest first.
    async fn definitions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<KpiDefinition>> {
        let definitions = Paging { first, after, last, before }.list::<kpi_definition::Entity>((), ())?;
        let parent = kpi_definition::Column::KpiId;
        Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), definitions, KpiDefinition::new).await?)
    }

    /// Its datasets, as far as the caller may see them.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which datasets.")] filter: Option<KpiDatasetFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(KpiDatasetOrder::default())")] order_by: Option<
            KpiDatasetOrder,
        >,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiDataset>> {
        let paging = Paging { first, after, last, before };
        let column = kpi_dataset::Column::KpiId;
        list(
            ctx,
            permit::READ_KPIS,
            datasets_of(ctx, column, self.0.id.uuid(), filter, order_by.unwrap_or_default(), paging),
        )
        .await
    }

    /// Its values over time, by the first day of the period: of the datasets that are shared, and for leadership of
    /// those that are released, each once. A period of such a dataset for which nothing was recorded is `NO_DATA`; a
    /// period of no dataset is left out.
    ///
    /// In buckets, periods make one value as the definition's `aggregationOverTime` says, each bucket a whole one of the
    /// agreed calendar, with all of the periods that begin in it. One in which versions change what a value is (its unit,
    /// its scale, how it is aggregated, or whose calendar it is by) is cut there.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn series(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only periods, or buckets, that begin on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only periods, or buckets, that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(desc = "Of this site alone; left out, of all sites together.")] site_id: Option<ID>,
        #[graphql(
            desc = "Gather periods into longer ones, as weeks into quarters. A period that is no shorter stays as it is."
        )]
        bucket: Option<KpiFrequency>,
        #[graphql(desc = "Take this many from the beginning: up to 1,000.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 1,000.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiPoint>> {
        list(ctx, permit::READ_REVISIONS, async move {
            let section = Section::checked(from, to, site_id.as_ref())?.in_buckets(bucket);
            series_of(ctx, self.0.id, section, Paging { first, after, last, before }).await
        })
        .await
    }

    /// The same values as `series` as parallel lists: up to 10,000 points.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives()),
        directive = cost::apply(WHOLE_RANGE)
    )]
    async fn series_columns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only periods, or buckets, that begin on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only periods, or buckets, that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(desc = "Of this site alone; left out, of all sites together.")] site_id: Option<ID>,
        #[graphql(
            desc = "Gather periods into longer ones, as weeks into quarters. A period that is no shorter stays as it is."
        )]
        bucket: Option<KpiFrequency>,
    ) -> Field<KpiSeriesColumns> {
        list(ctx, permit::READ_REVISIONS, async move {
            let section = Section::checked(from, to, site_id.as_ref())?.in_buckets(bucket);
            columns_of(ctx, self.0.id, section).await
        })
        .await
    }

    /// What its periods make together, and how many of them reach the target: of the datasets that `series` is of.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives()),
        directive = cost::apply(WHOLE_RANGE)
    )]
    async fn total(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only periods that begin on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only periods that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(desc = "Of this site alone; left out, of all sites together.")] site_id: Option<ID>,
    ) -> Field<KpiTotal> {
        one(ctx, permit::READ_REVISIONS, async move {
            total_of(ctx, self.0.id, Section::checked(from, to, site_id.as_ref())?).await
        })
        .await
    }

    /// A signed link to the picture of its control chart, for pages and mails that cannot send a token: it ends soon. The
    /// picture itself is at `/charts/kpi_….svg`, which takes the same parameters, for who sends a token.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the parameters of a picture")]
    async fn chart_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The kind of chart; left out, the one that the parties agreed, or else the one that fits.",
            name = "type"
        )]
        chart_type: Option<KpiChartType>,
        #[graphql(desc = "The rules for signals; left out, those that the parties agreed, or else the usual ones.")]
        rule_set: Option<KpiRuleSet>,
        #[graphql(desc = "Only periods that begin on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only periods that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(desc = "Of this site alone; left out, of all sites together.")] site_id: Option<ID>,
        #[graphql(desc = "How wide it is, in pixels: 320 to 2,400.", default = 960)] width: i32,
        #[graphql(desc = "How high it is, in pixels: 200 to 1,600.", default = 540)] height: i32,
        #[graphql(desc = "Its colors.", default_with = "Theme::default()")] theme: Theme,
        #[graphql(desc = "How many minutes it is good for: 1 to 60.", default = 60)] valid_minutes: i32,
        #[graphql(
            desc = "Whether it shows what leadership reads, whoever asks for it: what is released and nothing else.",
            default = false
        )]
        released_only: bool,
    ) -> Field<KpiChartLink> {
        one(ctx, permit::READ_REVISIONS, async move {
            let asked = LinkAsked {
                chart_type,
                rule_set,
                from,
                to,
                site_id,
                width,
                height,
                theme,
                valid_minutes,
                released_only,
            };
            Ok(Some(link_to(self.0.id, asked, ctx.links(), ctx.reads().reader())?))
        })
        .await
    }

    /// Its control chart: what of its values is a signal, and what is noise. Of the same periods as `series`: those between
    /// them that are of no dataset are gaps. Null while the caller sees no value.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives()),
        directive = cost::apply(CHART),
        directive = list_size::apply(Some(DEFAULT_POINTS), Some(vec!["last".to_owned()]), Some(vec!["points".to_owned()]), false)
    )]
    #[expect(clippy::too_many_arguments, reason = "what can be asked of a chart")]
    async fn control_chart(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "type",
            desc = "The kind of chart; left out, the one that both parties agreed, or else the one that fits the data."
        )]
        chart_type: Option<KpiChartType>,
        #[graphql(
            desc = "The rules for signals; left out, those that both parties agreed, or else `NHS` for an XmR chart and `WESTERN_ELECTRIC` for the others."
        )]
        rule_set: Option<KpiRuleSet>,
        #[graphql(desc = "Show periods that begin on this day or later. Limits rest on all, whatever is shown.")]
        from: Option<Date>,
        #[graphql(desc = "Show periods that begin on this day or earlier.")] to: Option<Date>,
        #[graphql(desc = "Of these, show the latest: up to 1,000.", default_with = "Some(DEFAULT_POINTS)")]
        last: Option<i32>,
        #[graphql(desc = "Of this site alone; left out, of all sites together.")] site_id: Option<ID>,
    ) -> Field<KpiControlChart> {
        one(ctx, permit::READ_REVISIONS, async move {
            let last = last.unwrap_or(DEFAULT_POINTS);
            let asked = Asked::checked(chart_type, rule_set, (from, to), last, site_id.as_ref())?;
            control_chart_of(ctx, self.0.id, &asked).await
        })
        .await
    }

    /// What each site makes of its periods: of the datasets that `series` is of and that were measured by site, the sites
    /// with an observation in them. In no order of merit.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_REVISIONS.alternatives()),
        directive = cost::apply(WHOLE_RANGE),
        directive = list_size::apply(Some(SITES), None, None, false)
    )]
    async fn site_comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only periods that begin on this day or later.")] from: Option<Date>,
        #[graphql(desc = "Only periods that begin on this day or earlier.")] to: Option<Date>,
    ) -> Field<Vec<KpiSiteTotal>> {
        list(ctx, permit::READ_REVISIONS, async move {
            site_comparison_of(ctx, self.0.id, Section::checked(from, to, None)?).await
        })
        .await
    }

    /// What the limits of its control chart rest on, as both parties agreed last; null where they agreed on nothing.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn chart_basis(&self, ctx: &Context<'_>) -> Field<KpiChartBasis> {
        one(ctx, permit::READ_KPIS_WORKING, async move {
            Ok(ctx.reads().load(BasisOf::agreed(self.0.id)).await?.map(KpiChartBasis))
        })
        .await
    }

    /// The basis of its control chart that is proposed and that both parties have not agreed to yet.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn chart_basis_proposal(&self, ctx: &Context<'_>) -> Field<KpiChartBasis> {
        one(ctx, permit::READ_KPIS_WORKING, async move {
            Ok(ctx.reads().load(BasisOf::proposed(self.0.id)).await?.map(KpiChartBasis))
        })
        .await
    }

    /// The versions of the basis of its control chart, oldest first.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives())
    )]
    async fn chart_bases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<KpiChartBasis>> {
        list(ctx, permit::READ_KPIS_WORKING, async move {
            let bases = Paging { first, after, last, before }.list::<kpi_chart_basis::Entity>((), ())?;
            let parent = kpi_chart_basis::Column::KpiId;
            Ok(Connection::of_children(ctx, parent, self.0.id.uuid(), bases, KpiChartBasis).await?)
        })
        .await
    }

    /// Its next review by the agreed schedule, for the working level. Null where none is scheduled, or the schedule has
    /// ended.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS_WORKING.alternatives()),
        directive = cost::apply(SEARCH)
    )]
    async fn next_review(&self, ctx: &Context<'_>) -> Field<KpiNextReview> {
        one(ctx, permit::READ_KPIS_WORKING, next_review_of(ctx, self.0.id)).await
    }

    /// When it was first proposed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// 1 when new, one more with each version that both parties agree. Null unless the caller is working level.
    async fn version(&self, ctx: &Context<'_>) -> Option<i32> {
        permit::READ_KPIS_WORKING.check(ctx.viewer()).is_ok().then_some(self.0.version)
    }

    /// What the caller's other systems call it.
    async fn external_references(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ExternalReference>> {
        reference::references_of(ctx, self.0.id.uuid(), Paging { first, after, last, before }).await
    }
}

/// The KPI with an id, if the caller may see it.
pub async fn kpi_by_id(ctx: &Context<'_>, id: KpiId) -> Result<Option<Kpi>> {
    Ok(ctx.reads().by_id::<kpi::Entity, _>(id).await?.map(Kpi))
}

/// Queries on KPIs and their definitions.
#[derive(Default)]
pub struct KpiQuery;

#[Object]
impl KpiQuery {
    /// A KPI; null if there is none with this id that the caller may see.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi(&self, ctx: &Context<'_>, #[graphql(desc = "The KPI's id, `kpi_…`.")] id: ID) -> Field<Kpi> {
        one(ctx, permit::READ_KPIS, async move { kpi_by_id(ctx, argument("id", &id)?).await }).await
    }

    /// The KPIs of the caller's relationships: for leadership those with something released, for a collector those
    /// with an agreed definition.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn kpis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which KPIs.")] filter: Option<KpiFilter>,
        #[graphql(desc = "In which order.", default_with = "Some(KpiOrder::default())")] order_by: Option<KpiOrder>,
        #[graphql(desc = "Take this many from the beginning: up to 100.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "Take this many from the end: up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Field<Connection<Kpi>> {
        list(ctx, permit::READ_KPIS, async move {
            let filter = filter.unwrap_or_default().resolve()?;
            let list =
                Paging { first, after, last, before }.list::<kpi::Entity>(filter, order_by.unwrap_or_default())?;
            Ok(Connection::of_all(ctx, list, Kpi).await?)
        })
        .await
    }

    /// A version of a KPI's definition; null if there is none with this id that the caller may see.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi_definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The definition version's id, `def_…`.")] id: ID,
    ) -> Field<KpiDefinition> {
        one(ctx, permit::READ_KPIS, async move { kpi_definition_by_id(ctx, argument("id", &id)?).await }).await
    }
}
