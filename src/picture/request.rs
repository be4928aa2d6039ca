//! A picture as it is asked for by URL.

use chrono::NaiveDate;
use sea_orm::{ActiveEnum, Iterable};

use super::frame::{Frame, HEIGHTS, Theme, WIDTHS};
use crate::domain::check::Check;
use crate::domain::kpi::chart::Asked;
use crate::entity::kpi_chart_basis::{KpiChartType, KpiRuleSet};
use crate::error::{Error, Result};
use crate::id::KpiId;

/// Where the pictures of charts are.
pub const CHARTS: &str = "/charts";
/// What the name of a picture ends with.
const SUFFIX: &str = ".svg";

/// The parameters, in the order in which they are written.
const PARAMETERS: [&str; 8] = ["width", "height", "theme", "type", "ruleSet", "from", "to", "siteId"];

/// With more parameters than this, they are not looked at: whoever sends them need not be known yet.
const MOST_PARAMETERS: usize = 32;

/// The picture of a chart that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureAsked {
    /// The KPI that the chart is of.
    pub kpi: KpiId,
    /// The chart.
    pub chart: Asked,
    /// Its size and colors.
    pub frame: Frame,
}

impl PictureAsked {
    /// Checks the name of a picture, as `kpi_….svg`, and its parameters.
    pub fn checked(file: &str, parameters: &[(String, String)]) -> Result<Self> {
        if parameters.len() > MOST_PARAMETERS {
            let message = format!("there are {} of them; at most {MOST_PARAMETERS} are read", parameters.len());
            return Err(Error::field("parameters", message));
        }
        let mut check = Check::of_arguments();
        let id = file.strip_suffix(SUFFIX);
        check.that(id.is_some(), "kpi", "must be a KPI's id with .svg behind it: /charts/kpi_….svg");
        let kpi = id.map(|id| check.id("kpi", id));
        for (name, _) in parameters.iter().filter(|(name, _)| !PARAMETERS.contains(&name.as_str())) {
            check.wrong(name, format!("is no parameter; there are {}", PARAMETERS.join(", ")));
        }
        for name in PARAMETERS {
            let times = parameters.iter().filter(|(given, _)| given == name).count();
            check.that(times < 2, name, "is given twice");
        }
        let given = Given { parameters };
        let usual = Frame::default();
        let frame = Frame {
            width: given.read(&mut check, "width", size(WIDTHS)).unwrap_or(usual.width),
            height: given.read(&mut check, "height", size(HEIGHTS)).unwrap_or(usual.height),
            theme: given.read(&mut check, "theme", theme()).unwrap_or(usual.theme),
        };
        let chart_type = given.read(&mut check, "type", value_of::<KpiChartType>());
        let rule_set = given.read(&mut check, "ruleSet", value_of::<KpiRuleSet>());
        let (first, last) = (given.read(&mut check, "from", date()), given.read(&mut check, "to", date()));
        check.open_range(("from", first), ("to", last));
        let site = check.optional_id("siteId", given.text("siteId"));
        check.finish()?;
        let chart = Asked { chart_type, rule_set, first, last, ..Asked::usual(site) };
        Ok(Self { kpi: kpi.expect("it was checked"), chart, frame })
    }

    /// Its path and query: the same for what is the same.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        let Self { kpi, chart: Asked { chart_type, rule_set, first, last, most: _, site }, frame } = self;
        let Frame { width, height, theme } = frame;
        let theme = Theme::NAMES.iter().find(|(_, named)| named == theme).map(|(name, _)| (*name).to_owned());
        let values = [
            Some(width.to_string()),
            Some(height.to_string()),
            theme,
            chart_type.map(|chart_type| chart_type.to_value()),
            rule_set.map(|rule_set| rule_set.to_value()),
            first.map(|day| day.to_string()),
            last.map(|day| day.to_string()),
            site.map(|site| site.to_string()),
        ];
        // Ids, dates, numbers and names: nothing of these needs to be escaped in a URL.
        let parameters: Vec<String> = PARAMETERS
            .iter()
            .zip(values)
            .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")))
            .collect();
        format!("{CHARTS}/{kpi}{SUFFIX}?{}", parameters.join("&"))
    }
}

struct Given<'p> {
    parameters: &'p [(String, String)],
}

/// How the value of a parameter is read, and what is expected of it.
type Reading<T> = (Box<dyn Fn(&str) -> Option<T>>, String);

impl Given<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn read<T>(&self, check: &mut Check, name: &str, (read, expected): Reading<T>) -> Option<T> {
        let value = read(self.text(name)?);
        check.that(value.is_some(), name, format!("must be {expected}"));
        value
    }
}

fn size(range: std::ops::RangeInclusive<u16>) -> Reading<u16> {
    let expected = format!("a number of pixels from {} to {}", range.start(), range.end());
    (Box::new(move |text| text.parse().ok().filter(|pixels| range.contains(pixels))), expected)
}

fn theme() -> Reading<Theme> {
    let read = |text: &str| Theme::NAMES.iter().find(|(name, _)| *name == text).map(|(_, theme)| *theme);
    (Box::new(read), "light, dark or auto".to_owned())
}

fn value_of<E: ActiveEnum<Value = String> + Iterable + 'static>() -> Reading<E> {
    let all: Vec<String> = E::iter().map(|value| value.to_value()).collect();
    (Box::new(|text| E::iter().find(|value| value.to_value() == text)), format!("one of {}", all.join(", ")))
}

fn date() -> Reading<NaiveDate> {
    let read = |text: &str| Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
    (Box::new(read), "a calendar date, as 2026-03-02".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_parameters_are_not_looked_at() {
        let asked = |name: &str, number: usize| {
            let parameters: Vec<_> = (0..number).map(|index| (format!("{name}{index}"), String::new())).collect();
            match PictureAsked::checked("x", &parameters) {
                Err(Error::BadInput { fields }) => fields.into_iter().map(|wrong| wrong.field).collect::<Vec<_>>(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(asked("a", 2), ["kpi", "a0", "a1"]);
        assert_eq!(asked("a", MOST_PARAMETERS).len(), MOST_PARAMETERS + 1);
        assert_eq!(asked("a", MOST_PARAMETERS + 1), ["parameters"]);
    }
}
