//! Pictures of control charts, under the rules of the caller's token or of a signed link.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tracing::error;

use super::answer::{Failure, Shape};
use super::app::App;
use super::auth;
use super::places::Held;
use super::rates::{COST_OF_A_REQUEST, Meter};
use crate::access::permit::READ_REVISIONS;
use crate::access::reader::Reads;
use crate::access::viewer::Viewer;
use crate::domain::kpi::chart::chart_of;
use crate::entity::{kpi, site};
use crate::error::{Error, Result};
use crate::graphql::context::Caller;
use crate::graphql::errors::RequestId;
use crate::picture::{ControlChart, PictureAsked, draw};

/// What a picture costs beside its request: its chart, of which the whole series is read, and the up to 1,000 points that are
/// drawn, which cost as much by column.
const COST_OF_A_PICTURE: u64 = 1_000;

/// The parameter that holds a signed link.
const LINK: &str = "link";

/// A picture brings its style along; it runs nothing and fetches nothing, whatever may be in it.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// `GET /charts/{kpi}.svg`, and `HEAD`.
pub(super) async fn chart(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Path(file): Path<String>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let mut response = match admit(&app, &file, &head).await {
        Ok(Admitted { viewer, by_link, asked }) => {
            let mut meter = if by_link { app.rates.meter_of_links(&viewer) } else { app.rates.meter(&viewer) };
            let answered = answer(&app, Admitted { viewer, by_link, asked }, &mut meter).await;
            let mut response = answered.unwrap_or_else(|failure| failure.answer(Shape::Problem, &id));
            meter.tell(response.headers_mut());
            response
        }
        Err(failure) => failure.answer(Shape::Problem, &id),
    };
    // What may be seen can change at any moment, and is nobody else's.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Who asks, and for what.
struct Admitted {
    viewer: Viewer,
    /// Whether it is asked for by a link that this caller made.
    by_link: bool,
    asked: Result<PictureAsked>,
}

/// Who is not known is told nothing of what is wrong with what it asks for.
async fn admit(app: &App, file: &str, head: &Parts) -> std::result::Result<Admitted, Failure> {
    let query = head.uri.query().unwrap_or_default();
    let (links, parameters): (Vec<_>, Vec<_>) =
        form_urlencoded::parse(query.as_bytes()).into_owned().partition(|(name, _)| name == LINK);
    let asked = PictureAsked::checked(file, &parameters);
    let viewer = match links.as_slice() {
        [] => auth::authenticate(app, &head.headers).await?,
        [(_, link)] if !head.headers.contains_key(AUTHORIZATION) => {
            // What is no good request was never signed.
            let target = asked.as_ref().map_or_else(|_| String::new(), PictureAsked::path_and_query);
            auth::follow(app, &target, link).await?
        }
        _ => {
            let message = "send either one link or the header Authorization, so that it is clear who asks";
            return Err(Failure::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message));
        }
    };
    Ok(Admitted { viewer, by_link: !links.is_empty(), asked })
}

async fn answer(
    app: &App,
    Admitted { viewer, by_link, asked }: Admitted,
    meter: &mut Meter<'_>,
) -> std::result::Result<Response, Failure> {
    meter.spend(COST_OF_A_REQUEST)?;
    let place = if by_link { app.work.enter_by_link(&viewer)? } else { app.work.enter(Some(&viewer))? };
    READ_REVISIONS.check(&viewer)?;
    let asked = asked?;
    meter.spend(COST_OF_A_PICTURE)?;
    let caller = Caller::new(viewer, &app.database, &app.clock, &app.links);
    let reads = caller.reads();
    let chart = reads.serve(read(reads, &asked)).await.inspect_err(|failure| {
        if matches!(failure, Error::Unavailable(_) | Error::Internal(_)) {
            error!(error = ?failure, "a chart could not be read");
        }
    })?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml; charset=utf-8"))];
    let response = (headers, [(CONTENT_SECURITY_POLICY, POLICY)], draw(&chart, asked.frame)).into_response();
    Ok(response.map(|body| Body::new(Held { body, _place: place })))
}

async fn read(reads: &Reads, asked: &PictureAsked) -> Result<ControlChart> {
    let PictureAsked { kpi, chart, frame: _ } = asked;
    let found = reads.by_id::<kpi::Entity, _>(*kpi).await?.ok_or_else(|| Error::not_found("KPI"))?;
    let shown = chart_of(reads, *kpi, chart).await?.ok_or_else(|| {
        Error::NotFound("the KPI has no value yet that you may see, of all sites or of this one".to_owned())
    })?;
    let site = match chart.site {
        // A chart of one site says so, to those who do not read its name, too.
        Some(id) => {
            let site = reads.by_id::<site::Entity, _>(id).await?;
            Some(site.map_or_else(|| id.to_string(), |site| site.name))
        }
        None => None,
    };
    Ok(ControlChart::of(&shown, &found.code, site))
}
