//! Pictures of made-up charts.

use chrono::NaiveDate;
use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;
use crate::domain::kpi::spc::{self, Chart, ChartType, RuleSet, Sample, signals};

/// The chart of a series, by month.
fn chart_of(chart_type: ChartType, samples: &[Sample], starts: &[(usize, &str)], target: Option<f64>) -> ControlChart {
    let begins = std::iter::once(0).chain(starts.iter().map(|(start, _)| *start));
    let phases: Vec<_> = begins.map(|start| spc::Phase { start, baseline: None }).collect();
    let scale = if chart_type == ChartType::P { 100.0 } else { 1.0 };
    let chart = Chart::new(chart_type, scale, samples, &phases).unwrap();
    let found = signals(&chart, RuleSet::Nhs);
    let reasons = std::iter::once(None).chain(starts.iter().map(|(_, reason)| Some((*reason).to_owned())));
    let period = |index: usize| format!("{}-{:02}", 2024 + index / 12, index % 12 + 1);
    ControlChart {
        facts: Facts {
            title: "On-time delivery (OTD)".to_owned(),
            site: None,
            unit: "%".to_owned(),
            chart_type,
            rule_set: RuleSet::Nhs,
            version: 2,
            stage: "released",
            data_as_of: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        },
        target,
        points: chart
            .points
            .iter()
            .enumerate()
            .map(|(index, point)| Point {
                period: period(index),
                seen: match (point.value, point.excluded) {
                    (None, _) => Seen::Gap("no data".to_owned()),
                    (Some(value), true) => Seen::Excluded(value, "strike".to_owned()),
                    (Some(value), false) => Seen::Value(value),
                },
                lines: point.lines,
                moving_range: point.moving_range,
                standing: Standing::default(),
            })
            .collect(),
        phases: chart
            .phases
            .iter()
            .zip(reasons)
            .map(|(phase, reason)| Phase {
                points: phase.points.clone(),
                reason,
                behind_limits: phase.behind_limits,
                trial: phase.trial,
            })
            .collect(),
        signals: found
            .into_iter()
            .map(|signal| Signal {
                meaning: match (signal.part, signal.side) {
                    (spc::ChartPart::MovingRanges, _) | (_, None) => Meaning::Neutral,
                    (_, Some(spc::Side::Above)) => Meaning::Better,
                    (_, Some(spc::Side::Below)) => Meaning::Worse,
                },
                part: signal.part,
                rule: signal.rule,
                side: signal.side,
                number: signal.points.len(),
                periods: (period(signal.points[0]), period(signal.points[signal.points.len() - 1])),
                points: signal.points,
            })
            .collect(),
        verdicts: vec!["Latest point: common cause variation".to_owned(), "Target: hit or miss".to_owned()],
    }
}

fn values(values: &[f64]) -> Vec<Sample> {
    values.iter().map(|value| Sample::value(*value)).collect()
}

const STABLE: [f64; 24] = [
    94.2, 95.8, 93.1, 96.4, 95.0, 92.8, 94.9, 96.1, 95.5, 93.7, 94.4, 96.8, 95.2, 93.9, 94.6, 95.9, 94.1, 96.2, 93.4,
    95.1, 94.8, 96.0, 93.6, 95.3,
];

fn shifted() -> Vec<Sample> {
    values(
        &STABLE
            .iter()
            .enumerate()
            .map(|(index, value)| value - f64::from(u8::from(index > 12)) * 5.0)
            .collect::<Vec<_>>(),
    )
}

const REASON: &str = "second filling line, agreed in the review of January 2025";

/// A text of a picture, and the room that it takes.
struct Box<'a> {
    text: &'a str,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn attribute(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("no {name} at {node:?}")).parse().unwrap()
}

/// The texts that stand upright.
fn boxes<'a>(document: &'a Document<'_>) -> Vec<Box<'a>> {
    let texts = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
    let upright = texts.filter(|node| node.attribute("transform").is_none());
    let boxed = |node: Node<'a, '_>| {
        let text = node.text().unwrap_or_default();
        let (x, y, size) = (attribute(node, "x"), attribute(node, "y"), attribute(node, "font-size"));
        let wide = text::width(text, size);
        let left = match node.attribute("text-anchor") {
            Some("middle") => x - wide / 2.0,
            Some("end") => x - wide,
            _ => x,
        };
        Box { text, left, right: left + wide, top: y - size * 0.75, bottom: y + size * 0.2 }
    };
    upright.map(boxed).collect()
}

/// What must hold for every picture: it can be read as XML, has its name and description, needs nothing from elsewhere,
/// and none of its texts leaves it or stands on another.
fn expect_good(chart: &ControlChart, frame: Frame) {
    let svg = draw(chart, frame);
    let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.attribute("role")), ("svg", Some("img")));
    let first: Vec<_> = root.children().filter(Node::is_element).map(|node| node.tag_name().name()).take(2).collect();
    assert_eq!(first, ["title", "desc"]);
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(["svg", "title", "desc", "style", "rect", "path", "circle", "text"].contains(&name), "{name}");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(
                !["href", "id", "src"].contains(&name) && !name.starts_with("on") && !value.contains("url("),
                "{name}"
            );
            let is_finite = !value.contains("NaN") && !value.contains("inf");
            assert!(
                is_finite || !["d", "x", "y", "cx", "cy", "r", "width", "height"].contains(&name),
                "{name}={value}"
            );
        }
    }
    let boxes = boxes(&document);
    let (width, height) = (f64::from(frame.width), f64::from(frame.height));
    for (index, one) in boxes.iter().enumerate() {
        let is_inside = one.left >= 0.0 && one.right <= width && one.top >= 0.0 && one.bottom <= height;
        assert!(is_inside, "{:?} leaves {width}×{height}", one.text);
        for other in &boxes[..index] {
            let apart = one.right <= other.left
                || other.right <= one.left
                || one.bottom <= other.top
                || other.bottom <= one.top;
            assert!(apart, "{:?} stands on {:?} at {width}×{height}", one.text, other.text);
        }
    }
}

#[test]
fn pictures_are_good_at_every_size() {
    let mut gapped = values(&STABLE);
    for index in [0, 7, 8, 9, 15, 23] {
        gapped[index] = Sample::Gap;
    }
    gapped[18] = Sample::value(60.0).excluded();
    let shares: Vec<_> = (0..30_u8)
        .map(|index| Sample::of(f64::from(90 - index % 7 * 2), f64::from(100 + u16::from(index) * 37 % 50)))
        .collect();
    let many: Vec<_> = (0..1_000).map(|index| f64::from((index * 7_919) % 101)).collect();
    let mut wordy = chart_of(ChartType::XmR, &shifted(), &[(3, REASON), (4, "x"), (13, REASON)], Some(1e9));
    wordy.facts.title = "On-time delivery of all that was ever ordered, by whoever, to wherever it may be ".repeat(9);
    wordy.facts.unit = "deliveries per 1,000 batches and working day of the site".repeat(3);
    wordy.facts.site = Some("M".repeat(200));
    let mut corrected = chart_of(ChartType::XmR, &values(&many), &[], Some(48.0));
    for (point, every) in corrected.points.iter_mut().zip(1..) {
        let is = |number: usize| every % number == 0;
        point.standing = Standing { unreleased: is(2), under_correction: is(3), without_alignment: is(5) };
    }
    for chart in [
        chart_of(ChartType::XmR, &values(&STABLE), &[], Some(95.0)),
        chart_of(ChartType::XmR, &shifted(), &[], Some(95.0)),
        chart_of(ChartType::XmR, &shifted(), &[(13, REASON)], Some(89.8)),
        chart_of(ChartType::XmR, &gapped, &[], Some(95.0)),
        chart_of(ChartType::XmR, &values(&STABLE[..7]), &[], None),
        chart_of(ChartType::P, &shares, &[], Some(95.0)),
        chart_of(ChartType::XmR, &values(&many), &[], Some(48.0)),
        chart_of(ChartType::XmR, &values(&STABLE[..1]), &[], None),
        chart_of(ChartType::XmR, &values(&[0.0; 20]), &[], Some(0.0)),
        wordy,
        corrected,
        ControlChart {
            points: Vec::new(),
            phases: Vec::new(),
            signals: Vec::new(),
            ..chart_of(ChartType::XmR, &values(&STABLE), &[], Some(95.0))
        },
    ] {
        for width in [320, 459, 460, 519, 520, 640, 960, 2_400] {
            for height in [200, 250, 319, 320, 400, 540, 1_600] {
                expect_good(&chart, Frame { width, height, theme: Theme::Auto });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_series_has_a_good_picture(
        samples in prop::collection::vec(prop_oneof![1 => Just(None), 6 => (-1e12..1e12_f64).prop_map(Some), 6 => (0.0..1.0_f64).prop_map(Some)], 1..60),
        width in WIDTHS,
        height in HEIGHTS,
        title in "\\PC{0,80}",
    ) {
        prop_assume!(samples.iter().any(Option::is_some));
        let samples: Vec<_> = samples.into_iter().map(|value| value.map_or(Sample::Gap, Sample::value)).collect();
        let mut chart = chart_of(ChartType::XmR, &samples, &[], Some(0.5));
        chart.facts.title = title;
        expect_good(&chart, Frame { width, height, theme: Theme::Dark });
    }
}

/// What must be in the picture is in it at the least size, too.
#[test]
fn the_smallest_picture_says_what_it_rests_on() {
    let chart = chart_of(ChartType::XmR, &values(&STABLE), &[], Some(95.0));
    let svg = draw(&chart, Frame { width: 320, height: 200, theme: Theme::Light });
    let document = Document::parse(&svg).unwrap();
    let texts = boxes(&document).iter().map(|found| found.text).collect::<Vec<_>>().join(" ");
    for expected in
        ["On-time delivery (OTD)", "in %", "XmR chart", "definition version 2", "released", "data as of 2026-03-02"]
    {
        assert!(texts.contains(expected), "{expected} in {texts}");
    }
}

#[test]
fn it_tells_those_who_do_not_see_it() {
    let description = words::description(&chart_of(ChartType::XmR, &shifted(), &[(20, REASON)], Some(95.0)));
    for expected in [
        "Control chart in %, XmR chart, rules of the NHS, definition version 2, released, data as of 2026-03-02.",
        "24 periods from 2024-01 to 2025-12.",
        "Latest value 2025-12: 90.30 %.",
        "Target 95.00 %.",
        "From 2025-09: second filling line, agreed in the review of January 2025 (trial limits: 4 points).",
        "Signal: 7 in a row below the centre line, 2025-02 to 2025-08.",
        "Latest point: common cause variation. Target: hit or miss.",
    ] {
        assert!(description.contains(expected), "{expected} in {description}");
    }
}

/// Of many signals the latest are named, those of the values before those of the moving ranges.
#[test]
fn the_latest_signals_are_named_first() {
    let mut chart = chart_of(ChartType::XmR, &values(&[1.0; 1_000]), &[], None);
    let of = |part, point: usize| Signal {
        part,
        rule: spc::RuleName::BeyondLimits,
        side: Some(spc::Side::Above),
        points: vec![point],
        number: 1,
        periods: (point.to_string(), point.to_string()),
        meaning: Meaning::Neutral,
    };
    let parts = [spc::ChartPart::Values, spc::ChartPart::MovingRanges];
    chart.signals = parts.iter().flat_map(|part| (0..1_000).map(|point| of(*part, point))).collect();
    let description = words::description(&chart);
    let named: Vec<_> =
        description.split("above the upper limit, ").skip(1).filter_map(|rest| rest.split('.').next()).collect();
    let latest: Vec<_> = (980..1_000).rev().map(|point: usize| point.to_string()).collect();
    assert_eq!(named, latest);
    assert!(description.contains("And 1980 signals more."), "{description}");
    let layout = layout::Layout::of(&chart, Frame { width: 2_400, height: 1_600, theme: Theme::Light });
    let drawn = layout.signals.join(" ");
    assert!(drawn.starts_with("Signals: above the upper limit, 999 · above the upper limit, 998"), "{drawn}");
    // No more are tried than there is ever room for: what is left over is counted.
    let named = drawn.matches("above the upper limit").count();
    assert!(named <= 60 && drawn.ends_with(&format!("and {} more", 2_000 - named)), "{drawn}");
}

/// A shape for each meaning, a dash for each line.
#[test]
fn nothing_is_told_by_color_alone() {
    let chart = chart_of(ChartType::XmR, &shifted(), &[(20, REASON)], Some(95.0));
    let of = |theme| draw(&chart, Frame { theme, ..Frame::default() });
    let (light, dark, auto) = (of(Theme::Light), of(Theme::Dark), of(Theme::Auto));
    let drawn = |svg: &str| svg.split("</style>").nth(1).unwrap().to_owned();
    assert_eq!(drawn(&light), drawn(&dark), "only colors differ");
    assert_eq!(drawn(&light), drawn(&auto));
    for line in ["limit", "trial", "target"] {
        let rule = light.lines().find(|rule| rule.starts_with(&format!(".guidepost .{line}{{fill"))).unwrap();
        let dash = rule.split("dasharray:").nth(1).unwrap().split([';', '}']).next().unwrap();
        assert_eq!(light.matches(&format!("dasharray:{dash}")).count(), 1, "{line}");
    }
    assert!(auto.contains("@media screen and (prefers-color-scheme:dark)"));
    assert!(!light.contains("@media") && !dark.contains("@media"));
}

#[test]
fn what_is_in_a_name_is_text() {
    let mut chart = chart_of(ChartType::XmR, &values(&STABLE), &[(12, "</text><script>alert(1)</script>")], None);
    chart.facts.title = "<script>\u{0}&\u{202e}\"'".to_owned();
    chart.facts.unit = "]]><!--".to_owned();
    let svg = draw(&chart, Frame::default());
    let document = Document::parse(&svg).unwrap();
    let title = document.root_element().first_element_child().unwrap();
    assert_eq!(title.text(), Some("<script>\u{fffd}&\u{fffd}\"'"));
    assert!(!document.descendants().any(|node| node.has_tag_name("script")) && !svg.contains("<script"));
}
