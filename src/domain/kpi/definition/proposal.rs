//! Checking a proposed definition: what was sent, what the template that it names says where nothing was sent, and
//! whether all of it fits together. Everything that is wrong is told at once.

use chrono::NaiveDate;
use sea_orm::ActiveEnum as _;

use super::content::Content;
use super::input::ProposeKpiDefinitionInput;
use super::parts::{self, checked_code};
use crate::domain::check::{self, Check};
use crate::domain::kpi::catalog::{self, KpiTemplate};
use crate::domain::kpi::review;
use crate::entity::kpi_definition::{KpiAggregation, KpiAggregationOverTime, KpiCalendar, KpiDirection, KpiFrequency};
use crate::entity::party::Party;

/// The longest name of a unit.
const UNIT: usize = 40;
/// The notice where the definition names none, in days (T6).
const NOTICE: i32 = 7;
/// The longest notice, in days.
const LONGEST_NOTICE: i32 = 90;

/// What a proposal says, checked by itself.
pub(in crate::domain::kpi) fn content_of(check: &mut Check, input: ProposeKpiDefinitionInput) -> Content {
    Draft { check, template: None }.content(input)
}

/// A proposal being checked, with the template that it starts from.
struct Draft<'c> {
    check: &'c mut Check,
    template: Option<&'static KpiTemplate>,
}

impl Draft<'_> {
    /// What was sent, or what the template says; one of them must be there.
    fn given<T: Clone>(
        &mut self,
        field: &str,
        sent: Option<T>,
        usual: impl Fn(&KpiTemplate) -> Option<T>,
        none: T,
    ) -> T {
        sent.or_else(|| self.template.and_then(usual)).unwrap_or_else(|| {
            self.missing(field);
            none
        })
    }

    fn missing(&mut self, field: &str) {
        self.check.wrong(field, "is missing: send it, or name a template that says it");
    }

    /// A text that was sent, or the template's.
    fn text(&mut self, field: &str, sent: Option<String>, usual: fn(&KpiTemplate) -> &str, longest: usize) -> String {
        match sent {
            Some(sent) => self.check.text(field, &sent, longest),
            None => self.given(field, None, |template| Some(usual(template).to_owned()), String::new()),
        }
    }

    /// What is counted: what was sent, or what the template says, where that holds.
    fn numerator(&mut self, sent: Option<String>, words: Option<&KpiTemplate>) -> String {
        if sent.is_none() && words.is_none() && self.template.is_some() {
            let message =
                "is missing: the template tells of another aggregation or counting rule, so say what is counted";
            self.check.wrong("numerator", message);
            return String::new();
        }
        self.text("numerator", sent, |template| &template.numerator, check::NOTE)
    }

    /// A text that may be left out, or the template's.
    fn optional(&mut self, field: &str, sent: Option<&str>, usual: Option<&String>) -> Option<String> {
        self.check.optional_text(field, sent, check::NOTE).or_else(|| usual.cloned())
    }

    fn code(&mut self, sent: Option<String>) -> String {
        let Some(code) = sent.or_else(|| self.template.map(|template| template.code.clone())) else {
            self.missing("code");
            return String::new();
        };
        checked_code(self.check, "code", &code)
    }

    fn content(&mut self, input: ProposeKpiDefinitionInput) -> Content {
        let ProposeKpiDefinitionInput {
            relationship_id,
            template,
            code,
            name,
            purpose,
            formula,
            numerator,
            denominator,
            unit,
            scale,
            data_kind,
            aggregation,
            aggregation_over_time,
            direction,
            target,
            attention_threshold,
            critical_threshold,
            frequency,
            calendar,
            year_start_month,
            by_site,
            collecting_party,
            source_system,
            collection_method,
            counting_rule,
            exclusions,
            reason_codes,
            review,
            notice_days,
            valid_from,
        } = input;
        self.take_template(template.as_deref());
        let usual = self.template;
        let unit = self.text("unit", unit, |template| &template.unit, UNIT);
        let usual_scale = usual.map(|template| template.scale).filter(|_| usual.is_some_and(|t| t.unit == unit));
        let scale = scale.or(usual_scale).unwrap_or(if unit == "%" { 100.0 } else { 1.0 });
        let aggregation = aggregation.or_else(|| usual.map(|template| template.aggregation));
        let counting_rule = counting_rule.map(|rule| parts::checked_rule(self.check, rule, aggregation));
        let aggregation = self.given("aggregation", aggregation, |_| None, KpiAggregation::Sum);
        // What a template says of how the value is made is taken only where that is so.
        let alike = usual.filter(|template| template.aggregation == aggregation);
        let words = alike.filter(|template| counting_rule.is_none() || counting_rule == template.counting_rule);
        let formula_of = words.filter(|template| template.scale.to_bits() == scale.to_bits());
        let counted = counting_rule.as_ref().map(parts::data_kind);
        let direction = self.given("direction", direction, |template| Some(template.direction), KpiDirection::Up);
        let content = Content {
            relationship_id: self.check.id("relationshipId", &relationship_id),
            code: self.code(code),
            template: usual.map(|template| template.code.clone()),
            name: self.text("name", name, |template| &template.name, check::NAME),
            purpose: self.check.text("purpose", &purpose, check::NOTE),
            formula: self.optional("formula", formula.as_deref(), formula_of.map(|template| &template.formula)),
            numerator: self.numerator(numerator, words),
            denominator: self.optional(
                "denominator",
                denominator.as_deref(),
                words.and_then(|t| t.denominator.as_ref()),
            ),
            unit,
            scale: self.check.number("scale", scale),
            data_kind: data_kind.or(counted).or_else(|| alike.map(|template| template.data_kind)),
            aggregation,
            aggregation_over_time: aggregation_over_time
                .or_else(|| usual.and_then(|template| template.aggregation_over_time))
                .filter(|over_time| *over_time != aggregation.into()),
            direction,
            target: self.check.optional_number("target", target),
            attention_threshold: self.check.optional_number("attentionThreshold", attention_threshold),
            critical_threshold: self.check.optional_number("criticalThreshold", critical_threshold),
            frequency: self.given("frequency", frequency, |template| Some(template.frequency), KpiFrequency::Month),
            calendar: calendar.filter(|calendar| *calendar != KpiCalendar::Gregorian),
            year_start_month,
            by_site,
            collecting_party: self.given(
                "collectingParty",
                collecting_party,
                KpiTemplate::collecting_party,
                Party::Sponsor,
            ),
            source_system: self.check.optional_text("sourceSystem", source_system.as_deref(), check::NAME),
            collection_method: self.check.optional_text("collectionMethod", collection_method.as_deref(), check::NOTE),
            counting_rule,
            exclusions: self.check.optional_text("exclusions", exclusions.as_deref(), check::NOTE),
            reason_codes: (!reason_codes.is_empty()).then(|| parts::checked_reasons(self.check, reason_codes)),
            review: review.map(|review| review::checked(self.check, review)),
            notice_days: notice_days.unwrap_or(NOTICE),
            valid_from: self.check.optional_date("validFrom", valid_from.map(NaiveDate::from)),
        };
        self.check_together(&content);
        content
    }

    fn take_template(&mut self, code: Option<&str>) {
        let Some(code) = code else { return };
        self.template = catalog::template(&code.trim().to_ascii_uppercase());
        let message = "is no template of the catalog: kpiCatalog lists them";
        self.check.that(self.template.is_some(), "template", message);
    }

    /// What one field says of another.
    fn check_together(&mut self, content: &Content) {
        let check = &mut *self.check;
        check.that(content.scale > 0.0, "scale", "must be greater than 0");
        check.that(
            content.aggregation != KpiAggregation::RatioOfSums || content.denominator.is_some(),
            "denominator",
            "is missing: a ratio of sums divides by one",
        );
        check.that(
            content.aggregation_over_time != Some(KpiAggregationOverTime::RatioOfSums),
            "aggregationOverTime",
            "cannot be RATIO_OF_SUMS: by its aggregation there are no numerators and denominators to sum",
        );
        if let Some(rule) = &content.counting_rule {
            let counted = parts::data_kind(rule);
            check.that(
                content.data_kind == Some(counted),
                "dataKind",
                format!("must be {}, which is what the counting rule makes, or left out", counted.to_value()),
            );
        }
        check.that(
            content.direction != KpiDirection::NearTarget || content.target.is_some(),
            "target",
            "is missing: say what nearer to the target is nearer to",
        );
        check.that(
            (0..=LONGEST_NOTICE).contains(&content.notice_days),
            "noticeDays",
            format!("must be 0 to {LONGEST_NOTICE} days"),
        );
        let month = content.year_start_month;
        if content.calendar.is_some() {
            let is_month = month.is_some_and(|month| (1..=12).contains(&month));
            check.that(is_month, "yearStartMonth", "must be 1 to 12: the month in which the fiscal year begins");
        } else {
            check.that(month.is_none(), "yearStartMonth", "must be left out: the Gregorian year begins in January");
        }
        parts::check_thresholds(check, content.direction, content.attention_threshold, content.critical_threshold);
    }
}
