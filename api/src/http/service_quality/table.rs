//! The report as a table: RFC 4180, so commas, CRLF and quotes, in UTF-8.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use crate::{
    domain::service_quality::{
        Edition, Figures, IndexPart, Light, QualityReport, ServiceLine, Share, ShareCode,
        TermFigures, unit,
    },
    infra::error::Error,
};

const MARK: &[u8] = b"\xEF\xBB\xBF";
/// What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection).
const FORMULA_SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
const WHOLE: &str = "Все услуги";

/// Writes the table.
///
/// # Errors
/// Never on a buffer in memory.
pub fn write(report: &QualityReport, has_mark: bool) -> Result<Vec<u8>, Error> {
    let failed = |cause: csv::Error| Error::internal("a table can't be written", cause);
    let begun = if has_mark { MARK.to_vec() } else { Vec::new() };
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(begun);
    writer.write_record(headings()).map_err(failed)?;
    let whole = ServiceLine {
        place: None,
        title: WHOLE.into(),
        path: String::new(),
        figures: report.whole.clone(),
        missing: report.missing,
    };
    for line in std::iter::once(&whole).chain(&report.services) {
        writer.write_record(cells(report, line)).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|cause| Error::internal("a table can't be written", cause.error()))
}

fn headings() -> Vec<String> {
    let own = [
        "Услуга",
        "Инструкция",
        "С",
        "По",
        "Редакция",
        "Место по CR",
        "Отзывов",
        "Не хватает отзывов",
    ];
    let shares = ShareCode::ALL.into_iter().flat_map(|code| {
        ["", " от", " до", " числитель", " знаменатель", " оценка"]
            .map(|part| format!("{}{part}", code.as_str()))
    });
    let others = [
        "MEAN",
        "Визитов в среднем",
        "Срок: единица",
        "Срок: медиана",
        "Срок: 90-й перцентиль",
        "Срок: нарушений",
        "OVR",
        "Дней до ответа: медиана",
        "IDX",
        "IDX: из чего сложен",
    ];
    let own = own.into_iter().map(str::to_owned);
    own.chain(shares)
        .chain(others.into_iter().map(str::to_owned))
        .collect()
}

fn cells(report: &QualityReport, line: &ServiceLine) -> Vec<String> {
    let figures = line.figures.as_ref();
    let mut cells = vec![
        harmless(&line.title).into_owned(),
        harmless(&line.path).into_owned(),
        report.from.to_string(),
        report.to.to_string(),
        edition(report.edition).to_owned(),
        shown(line.place),
        shown(figures.map(|figures| figures.reports)),
        shown((line.missing > 0).then_some(line.missing)),
    ];
    for code in ShareCode::ALL {
        cells.extend(share_cells(figures.and_then(|figures| figures.share(code))));
    }
    cells.extend(other_cells(figures));
    cells
}

fn share_cells(share: Option<&Share>) -> [String; 6] {
    let (low, high) = share.and_then(Share::interval).unzip();
    [
        shown(share.and_then(Share::value)),
        shown(low),
        shown(high),
        shown(share.map(|share| share.numerator)),
        shown(share.map(|share| share.denominator)),
        share
            .and_then(Share::light)
            .map_or_else(String::new, |light| light_name(light).to_owned()),
    ]
}

fn other_cells(figures: Option<&Figures>) -> [String; 10] {
    let term: Option<&TermFigures> = figures.and_then(|figures| figures.terms.first());
    let index = figures.and_then(|figures| figures.index.as_ref());
    let parts = index.map(|index| {
        let part = |part: &IndexPart| format!("{} {}", part.share.code.as_str(), part.points);
        index.parts.iter().map(part).collect::<Vec<_>>().join("; ")
    });
    [
        shown(figures.and_then(|figures| figures.mean_rating)),
        shown(figures.and_then(|figures| figures.mean_visits)),
        shown(term.map(|term| unit(term.unit))),
        shown(term.map(|term| term.median)),
        shown(term.map(|term| term.ninetieth_percentile)),
        shown(term.map(|term| term.late)),
        shown(term.and_then(|term| term.median_overrun)),
        shown(figures.and_then(|figures| figures.median_days_to_answer)),
        shown(index.map(|index| index.value)),
        parts.unwrap_or_default(),
    ]
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA_SIGNS) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

const fn edition(edition: Edition) -> &'static str {
    match edition {
        Edition::Live => "по всем отзывам",
        Edition::Frozen => "по закрытым месяцам",
    }
}

const fn light_name(light: Light) -> &'static str {
    match light {
        Light::Green => "GREEN",
        Light::Amber => "AMBER",
        Light::Red => "RED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(title: &str, has_mark: bool) -> Vec<u8> {
        let report = QualityReport {
            from: "2026-01-01".parse().unwrap(),
            to: "2026-03-31".parse().unwrap(),
            edition: Edition::Live,
            is_frozen: false,
            whole: None,
            missing: 5,
            months: Vec::new(),
            services: vec![ServiceLine {
                place: None,
                title: title.into(),
                path: "/guides/x".into(),
                figures: None,
                missing: 3,
            }],
        };
        write(&report, has_mark).unwrap()
    }

    #[test]
    fn lines_are_as_wide_as_their_headings_and_end_as_the_standard_says() {
        let text = String::from_utf8(table("Паспорт, \"новый\"", false)).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[3], "");
        assert!(lines[2].starts_with("\"Паспорт, \"\"новый\"\"\",/guides/x,2026-01-01,"));
        let commas = |line: &str| line.matches(',').count();
        assert_eq!(commas(lines[0]), commas(lines[1]));
        assert_eq!(headings().len(), 8 + 13 * 6 + 10);
    }

    #[test]
    fn a_formula_is_a_text() {
        for title in ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1"] {
            let text = String::from_utf8(table(title, false)).unwrap();
            assert!(text.contains(&format!("\r\n'{title},")), "{text}");
        }
        let text = String::from_utf8(table("\r=1", false)).unwrap();
        assert!(text.contains("\r\n\"'\r=1\","), "{text}");
    }

    #[test]
    fn the_mark_is_there_for_who_asks() {
        assert!(table("x", true).starts_with(MARK));
        assert!(!table("x", false).starts_with(MARK));
    }
}
