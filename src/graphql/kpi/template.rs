//! The catalog of KPI templates.

use async_graphql::{Context, Object, SimpleObject};

use crate::access::permit;
use crate::domain::kpi::catalog::{self, KpiTemplate};
use crate::graphql::cost::list_size;
use crate::graphql::scopes::{Field, list, one, requires_scopes};

/// The catalog: definitions that a relationship can start from.
#[derive(SimpleObject)]
pub struct KpiCatalog {
    /// Its version: raised with every change of a template.
    version: i32,
    /// All templates.
    #[graphql(directive = list_size::apply(Some(50), None, None, false))]
    templates: Vec<KpiTemplate>,
}

/// Queries on the catalog.
#[derive(Default)]
pub struct KpiTemplateQuery;

#[Object]
impl KpiTemplateQuery {
    /// The catalog of KPI templates, each with its source.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi_catalog(&self, ctx: &Context<'_>) -> Field<KpiCatalog> {
        list(ctx, permit::READ_KPIS, async {
            Ok(KpiCatalog { version: catalog::version(), templates: catalog::templates().to_vec() })
        })
        .await
    }

    /// The template with a code, as `OTD`; null if the catalog has none.
    #[graphql(
        directive = requires_scopes::apply(permit::READ_KPIS.alternatives())
    )]
    async fn kpi_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The template's code.")] code: String,
    ) -> Field<KpiTemplate> {
        one(ctx, permit::READ_KPIS, async move { Ok(catalog::template(&code).cloned()) }).await
    }
}
