//! The catalog: definitions that a relationship can start from, each with its source. A definition is a copy of its
//! template, changed as the parties like: a later catalog changes nothing that was agreed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use async_graphql::{Enum, SimpleObject};
use serde::Deserialize;

use crate::entity::counting_rule::CountingRule;
use crate::entity::kpi_definition::{KpiAggregation, KpiAggregationOverTime, KpiDataKind, KpiDirection, KpiFrequency};
use crate::entity::party::Party;

const FILE: &str = include_str!("templates.toml");

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| toml::from_str(FILE).expect("the catalog is well-formed"));

/// What the catalog's file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    version: i32,
    #[serde(rename = "template")]
    templates: Vec<KpiTemplate>,
}

/// A definition to start from, with where it comes from.
#[derive(Clone, Debug, Deserialize, SimpleObject)]
#[serde(deny_unknown_fields)]
pub struct KpiTemplate {
    /// Its short name, unique in the catalog, as `OTD`.
    pub code: String,
    /// The KPI's name, for people.
    pub name: String,
    /// What is counted or summed.
    pub numerator: String,
    /// What it is divided by; null where nothing is.
    pub denominator: Option<String>,
    /// How the value is made of the two.
    pub formula: String,
    /// The unit of the value.
    pub unit: String,
    /// What the numerator divided by the denominator is multiplied by: 100 for a percentage.
    pub scale: f64,
    /// What kind of data it is.
    pub data_kind: KpiDataKind,
    /// How values of several sites make one, and of several periods unless that is said apart.
    pub aggregation: KpiAggregation,
    /// How values of several periods make one, where that is otherwise.
    pub aggregation_over_time: Option<KpiAggregationOverTime>,
    /// Which way is better.
    pub direction: KpiDirection,
    /// The usual target in words, as published; null where none was found, and the parties set it.
    pub usual_target: Option<String>,
    /// The value to start from as a target: the nearest end of the usual one, or what it is to be near to.
    pub target: Option<f64>,
    /// The usual period of one observation.
    pub frequency: KpiFrequency,
    /// The systems that usually hold the data.
    pub source_systems: Vec<String>,
    /// Who usually collects the data.
    pub collected_by: KpiCollector,
    /// Who published it.
    pub source: String,
    /// How source records are counted, to start from; null where observations are usually recorded ready-made.
    pub counting_rule: Option<CountingRule>,
}

/// Who usually collects the data of a KPI.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KpiCollector {
    /// The sponsor.
    Sponsor,
    /// The CDMO.
    Cdmo,
    /// Either: the parties say which.
    Both,
}

impl KpiTemplate {
    /// The party that usually collects, where there is one.
    #[must_use]
    pub const fn collecting_party(&self) -> Option<Party> {
        match self.collected_by {
            KpiCollector::Sponsor => Some(Party::Sponsor),
            KpiCollector::Cdmo => Some(Party::Cdmo),
            KpiCollector::Both => None,
        }
    }
}

/// The version of the catalog: it is raised with every change of a template.
#[must_use]
pub fn version() -> i32 {
    CATALOG.version
}

/// All templates, in the order of the catalog.
#[must_use]
pub fn templates() -> &'static [KpiTemplate] {
    &CATALOG.templates
}

/// The template with a code.
#[must_use]
pub fn template(code: &str) -> Option<&'static KpiTemplate> {
    static BY_CODE: LazyLock<BTreeMap<&str, &KpiTemplate>> =
        LazyLock::new(|| templates().iter().map(|template| (template.code.as_str(), template)).collect());
    BY_CODE.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kpi::said;

    #[test]
    fn every_template_is_there_once_and_says_what_a_definition_must() {
        assert_eq!(templates().len(), 41);
        for template in templates() {
            let code = &template.code;
            assert!(std::ptr::eq(super::template(code).unwrap(), template), "{code} is there twice");
            assert!(template.scale > 0.0 && !template.source.is_empty(), "{code}");
            let is_ratio = template.aggregation == KpiAggregation::RatioOfSums;
            assert_eq!(is_ratio, template.denominator.is_some(), "{code}");
            assert_eq!(template.unit == "%", template.scale.to_bits() == 100.0_f64.to_bits(), "{code}");
        }
    }

    #[test]
    fn texts_read_like_texts() {
        for template in templates() {
            let KpiTemplate { code, name, numerator, denominator, formula, source, .. } = template;
            for text in [name, numerator, formula, source].into_iter().chain(denominator) {
                let begins_well = text.starts_with(char::is_uppercase);
                assert!(begins_well && !text.ends_with('.') && !text.contains("(("), "{code}: {text}");
            }
            assert_eq!(template.scale > 1.0, formula.contains(" × "), "{code}: {formula}");
        }
    }

    /// The words of a text, without punctuation.
    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ':']).to_lowercase()).collect()
    }

    #[test]
    fn templates_say_what_the_design_lists() {
        let expected = include_str!("expected.txt").lines().filter(|line| !line.starts_with('#'));
        let expected: Vec<Vec<&str>> = expected.map(|line| line.split(" | ").collect()).collect();
        let codes: Vec<&str> = templates().iter().map(|template| &*template.code).collect();
        assert_eq!(expected.iter().map(|row| row[0]).collect::<Vec<_>>(), codes);
        for (template, row) in templates().iter().zip(expected) {
            let [code, numerator, denominator, unit, direction, usual_target, frequency, systems, by, source] = row[..]
            else {
                panic!("{row:?}")
            };
            let has_words = |text: &str, expected: &str| {
                let text = words(text);
                words(expected).iter().all(|word| text.contains(word))
            };
            assert!(has_words(&template.numerator, numerator), "{code}: {}", template.numerator);
            match &template.denominator {
                Some(text) => assert!(has_words(text, denominator), "{code}: {text}"),
                None => assert_eq!(denominator, "–", "{code}"),
            }
            assert_eq!(template.unit, unit, "{code}");
            let up_down_near = match template.direction {
                KpiDirection::Up => "U",
                KpiDirection::Down => "D",
                KpiDirection::NearTarget => "N",
            };
            let (letter, near) = direction.split_once(' ').unwrap_or((direction, ""));
            assert_eq!(up_down_near, letter, "{code}");
            assert_eq!(template.usual_target.as_deref().unwrap_or("agree"), usual_target, "{code}");
            let target = template.target.map_or_else(String::new, |target| target.to_string());
            assert!(if near.is_empty() { usual_target.contains(&target) } else { near == target }, "{code}: {target}");
            assert!(format!("{:?}", template.frequency).starts_with(frequency), "{code}");
            assert_eq!(template.source_systems.join(", "), systems, "{code}");
            let owes = match template.collected_by {
                KpiCollector::Sponsor => "S",
                KpiCollector::Cdmo => "C",
                KpiCollector::Both => "both",
            };
            assert_eq!(owes, by, "{code}");
            assert_eq!(template.source.to_lowercase(), source.to_lowercase(), "{code}");
        }
    }

    #[test]
    fn a_change_of_a_template_raises_the_version() {
        // A version that was published stays as it was: each change adds a line here.
        let published = [(2, "b0b224369b6a5cdc868afe3febf57128218d875ea4b76ba3ce6adcdd4d5b8484")];
        let catalog: toml::Table = toml::from_str(FILE).unwrap();
        let is = (version(), said::digest(&catalog).unwrap());
        assert_eq!(published.last().map(|(version, digest)| (*version, (*digest).to_owned())), Some(is));
    }

    #[test]
    fn rules_count_what_the_words_say() {
        // DPC divides by the orders delivered, and an on-time rule by all that are due.
        assert!(template("DPC").unwrap().counting_rule.is_none());
    }

    #[test]
    fn what_a_template_leaves_to_the_parties_is_not_said() {
        let of = |code: &str| template(code).unwrap();
        assert_eq!(of("LAR").collecting_party(), Some(Party::Cdmo));
        assert_eq!(of("PQCR").collecting_party(), Some(Party::Sponsor));
        assert_eq!(of("OTD").collecting_party(), None);
        assert_eq!(of("LOTS-30").aggregation_over_time, Some(KpiAggregationOverTime::Last));
        assert!(template("NONE").is_none());
    }
}
