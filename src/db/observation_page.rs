//! A page of the observations of many datasets, by date, in one statement whose cost depends on the page alone.
//!
//! The key of an observation begins with its dataset, so that there is no index by date across datasets. Instead
//! the statement finds out first which datasets the page can reach: it adds up how many observations the datasets
//! have, in the order of the page, and stops at the *horizon*, where they are enough to fill it. Then it reads a
//! page of each of those, by its key, and of these rows the page itself.

use chrono::NaiveDate;
use sea_orm::sea_query::{
    Alias, Asterisk, CaseStatement, Expr, ExprTrait, Func, Order, Query, SelectStatement, WindowStatement,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityName, EntityTrait, FromQueryResult, IdenStatic, JoinType,
    QueryFilter, QuerySelect, QueryTrait, Select, Value,
};

use super::page::{self, List, Listed, Page, SortKey};
use crate::entity::observation::{Column, Entity, Model};
use crate::entity::{kpi_dataset, kpi_dataset_revision};
use crate::error::Result;

/// The datasets that a list of observations is of.
#[derive(Debug)]
pub struct Datasets {
    /// Those that the caller sees.
    pub select: Select<kpi_dataset::Entity>,
    /// The column with the revision of each that is read.
    pub revision: kpi_dataset::Column,
    /// Of which of them all observations of that revision are in the list; of those alone the numbers are known.
    pub whole: Condition,
}

/// One page of a list that is sorted by date, dataset and site.
pub async fn page_across(
    connection: &impl ConnectionTrait,
    datasets: Datasets,
    list: &List<Entity>,
) -> Result<Page<Model>> {
    let statement = statement(connection.get_database_backend(), datasets, list);
    let rows = connection.query_all(&statement).await?;
    let rows: Result<Vec<Model>, _> = rows.iter().map(|row| Model::from_query_result(row, "")).collect();
    Ok(Page::from_rows(rows?, &list.window))
}

const REACHED: &str = "reached";
const READ: &str = "revision_read";
const HORIZON: &str = "horizon";

#[expect(clippy::disallowed_methods, reason = "whose datasets these are of, the caller has selected")]
fn statement(backend: DbBackend, datasets: Datasets, list: &List<Entity>) -> SelectStatement {
    let (key, window) = (Entity::sort_key(()), &list.window);
    let way = Way::of(&key, list);
    let of_reached = |column: &'static str| Expr::col((Alias::new(REACHED), Alias::new(column)));
    let own = Entity::find()
        .filter(Entity::matching(&list.filter))
        .filter(Expr::col(Column::DatasetId.as_column_ref()).eq(of_reached("id")))
        .filter(Expr::col(Column::Revision.as_column_ref()).eq(of_reached(READ)));
    let mut own = page::sorted(own, &key, window).limit(window.limit + 1).into_query();
    let within = Condition::any().add(of_reached(HORIZON).is_null()).add(way.reaches(of_reached));
    let reached = reached(datasets, &way, window.limit);
    if backend != DbBackend::Postgres {
        return own.from_subquery(reached, Alias::new(REACHED)).cond_where(within).to_owned();
    }
    // PostgreSQL takes the observations of many datasets for so many that it would rather read the whole table;
    // asked for a page of each, it uses the key.
    let observation = Alias::new(Entity.table_name());
    let mut page = Query::select()
        .column((observation.clone(), Asterisk))
        .from_subquery(reached, Alias::new(REACHED))
        .join_lateral(JoinType::InnerJoin, own, observation, Expr::val(true))
        .cond_where(within)
        .limit(window.limit + 1)
        .to_owned();
    for column in key.columns {
        page.order_by(column.as_column_ref(), way.order());
    }
    page
}

/// The datasets with the horizon beside each.
fn reached(datasets: Datasets, way: &Way, limit: u64) -> SelectStatement {
    use kpi_dataset::Column as Dataset;
    const SO_FAR: &str = "observations_so_far";
    let Datasets { select, revision, whole } = datasets;
    let counts = kpi_dataset::Entity::belongs_to(kpi_dataset_revision::Entity)
        .from(Dataset::Id)
        .to(kpi_dataset_revision::Column::DatasetId)
        .on_condition(move |_, _| {
            let number = Expr::col(kpi_dataset_revision::Column::Number.as_column_ref());
            Condition::all().add(number.eq(Expr::col(revision.as_column_ref())))
        })
        .into();
    let known = Expr::case(whole.add(way.whole()), kpi_dataset_revision::Column::ObservationCount.into_expr());
    let in_order = WindowStatement::new()
        .order_by(way.edge().as_column_ref(), way.order())
        .order_by(Dataset::Id.as_column_ref(), way.order())
        .to_owned();
    let mut counted = select
        .filter(way.not_passed())
        .join(JoinType::LeftJoin, counts)
        .select_only()
        .columns([Dataset::Id, Dataset::PeriodStart, Dataset::PeriodEnd])
        .column_as(revision, READ)
        .into_query();
    counted.expr_window_as(Func::sum(known.finally(0)), in_order, Alias::new(SO_FAR));
    let edge = Expr::col(Alias::new(way.edge().as_str()));
    let enough = CaseStatement::new().case(Expr::col(Alias::new(SO_FAR)).gt(limit), edge);
    let nearest = if way.backward { Func::max(enough) } else { Func::min(enough) };
    Query::select()
        .columns(["id", READ, Dataset::PeriodStart.as_str(), Dataset::PeriodEnd.as_str()].map(Alias::new))
        .expr_window_as(nearest, WindowStatement::new(), Alias::new(HORIZON))
        .from_subquery(counted, Alias::new("counted"))
        .to_owned()
}

/// The direction of a page, and the date that it begins beyond.
struct Way {
    cursor: Option<NaiveDate>,
    backward: bool,
}

impl Way {
    fn of(key: &SortKey<Column>, list: &List<Entity>) -> Self {
        let cursor = list.window.cursor.as_deref().and_then(|cursor| page::decode(cursor, key));
        let cursor = cursor.and_then(|values| match values.first() {
            Some(Value::ChronoDate(date)) => *date,
            _ => None,
        });
        Self { cursor, backward: list.window.backward }
    }

    const fn order(&self) -> Order {
        if self.backward { Order::Desc } else { Order::Asc }
    }

    /// The side of a dataset's period that the page comes to last.
    const fn edge(&self) -> kpi_dataset::Column {
        if self.backward { kpi_dataset::Column::PeriodStart } else { kpi_dataset::Column::PeriodEnd }
    }

    /// The datasets that are not over before the page begins.
    fn not_passed(&self) -> Condition {
        Condition::all().add_option(self.cursor.map(|date| {
            if self.backward {
                kpi_dataset::Column::PeriodStart.lte(date)
            } else {
                kpi_dataset::Column::PeriodEnd.gte(date)
            }
        }))
    }

    /// The datasets of which no observation lies before the page.
    fn whole(&self) -> Condition {
        Condition::all().add_option(self.cursor.map(|date| {
            if self.backward {
                kpi_dataset::Column::PeriodEnd.lt(date)
            } else {
                kpi_dataset::Column::PeriodStart.gt(date)
            }
        }))
    }

    /// The datasets that do not begin beyond the horizon.
    fn reaches(&self, of_reached: impl Fn(&'static str) -> Expr) -> Expr {
        if self.backward {
            of_reached("period_end").gte(of_reached(HORIZON))
        } else {
            of_reached("period_start").lte(of_reached(HORIZON))
        }
    }
}
