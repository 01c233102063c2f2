//! The report as a page that prints well.

use chrono::NaiveDate;
use pulldown_cmark_escape::escape_html;

use crate::domain::{
    content::PortalHost,
    service_quality::{
        Edition, Figures, Index, IndexPart, Light, NOTE, QualityReport, ServiceLine, Share,
        ShareCode, unit,
    },
};

/// The plot's own units; the style makes it as wide as there is room.
const PLOT_WIDTH: f64 = 600.0;
const PLOT_HEIGHT: f64 = 100.0;
/// What is plotted, and shown of each service.
const MAIN: ShareCode = ShareCode::Completion;

/// Writes the page.
pub fn write(report: &QualityReport, portal: &PortalHost) -> String {
    format!(
        include_str!("../../../content/service_quality/page.html"),
        period = period(report),
        edition = edition(report),
        note = escaped(NOTE),
        whole = whole(report),
        months = months(&report.months),
        services = services(&report.services, portal),
    )
}

fn period(report: &QualityReport) -> String {
    format!("{} — {}", day(report.from), day(report.to))
}

fn day(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

const fn edition(report: &QualityReport) -> &'static str {
    match (report.edition, report.is_frozen) {
        (Edition::Live, _) => "Редакция по всем принятым отзывам: уточняется.",
        (Edition::Frozen, true) => "Редакция по закрытым месяцам: больше не изменится.",
        (Edition::Frozen, false) => {
            "Редакция по закрытым месяцам; не все месяцы периода закрыты, остальных в ней нет."
        }
    }
}

fn whole(report: &QualityReport) -> String {
    let Some(figures) = &report.whole else {
        return too_few(report.missing);
    };
    let index = figures.index.as_ref().map(index).unwrap_or_default();
    let rows: String = figures.shares.iter().map(share_row).collect();
    format!(
        "<p>Отзывов: {}.{}</p>\n{index}\n<div class=\"scroll\"><table>\
         <caption>Доли по методике</caption>\
         <thead><tr><th scope=\"col\">Код</th><th scope=\"col\">Показатель</th>\
         <th scope=\"col\" class=\"number\">Доля</th><th scope=\"col\" class=\"number\">Из них</th>\
         <th scope=\"col\">Оценка</th></tr></thead><tbody>{rows}</tbody></table></div>",
        figures.reports,
        others(figures),
    )
}

fn too_few(missing: i64) -> String {
    format!("<p>Отзывов мало: не хватает ещё {missing}, чтобы показать.</p>")
}

/// What is known besides the shares.
fn others(figures: &Figures) -> String {
    let mut others = String::new();
    if let Some(mean) = figures.mean_rating {
        others += &format!(" Средняя оценка — {} из 5.", number(mean));
    }
    if let Some(visits) = figures.mean_visits {
        others += &format!(" Визитов в среднем — {}.", number(visits));
    }
    if let Some(days) = figures.median_days_to_answer {
        others += &format!(" На обращения отвечают обычно за {} дн.", number(days));
    }
    others
}

fn index(index: &Index) -> String {
    let part = |part: &IndexPart| {
        format!(
            "{} {} ({} %)",
            part.share.code.as_str(),
            number(part.points),
            part.weight
        )
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    format!(
        "<p class=\"index\">Индекс {} из 100</p>\n<p>Сложен из очков (в скобках — вес): {}.</p>",
        number(index.value),
        parts.join(" + "),
    )
}

fn share_row(share: &Share) -> String {
    format!(
        "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td>\
         <td class=\"number\">{} из {}</td><td>{}</td></tr>",
        share.code.as_str(),
        share.code.in_words(),
        percent(share),
        share.numerator,
        share.denominator,
        light(share.light()),
    )
}

/// A share with its interval; a dash of nothing.
fn percent(share: &Share) -> String {
    match (share.value(), share.interval()) {
        (Some(value), Some((low, high))) => format!(
            "{} % ({}–{})",
            in_percent(value),
            in_percent(low),
            in_percent(high)
        ),
        _ => "—".into(),
    }
}

/// Shares have four digits behind the point, which are two of a per cent.
fn in_percent(share: f64) -> String {
    format!("{:.2}", share * 100.0).replace('.', ",")
}

fn number(value: f64) -> String {
    value.to_string().replace('.', ",")
}

/// In words too: neither a printer nor every reader tells colours.
const fn light(light: Option<Light>) -> &'static str {
    match light {
        Some(Light::Green) => "<span class=\"good\">порог достигнут</span>",
        Some(Light::Amber) => "<span class=\"fair\">между порогами</span>",
        Some(Light::Red) => "<span class=\"poor\">порог не достигнут</span>",
        None => "—",
    }
}

fn months(months: &[(NaiveDate, Option<Figures>)]) -> String {
    let rows: String = months.iter().map(month_row).collect();
    format!(
        "{}\n<div class=\"scroll\"><table>\
         <thead><tr><th scope=\"col\">Месяц</th><th scope=\"col\" class=\"number\">Отзывов</th>\
         <th scope=\"col\" class=\"number\">CR</th><th scope=\"col\" class=\"number\">CSAT</th>\
         <th scope=\"col\" class=\"number\">Индекс</th></tr></thead><tbody>{rows}</tbody></table></div>",
        plot(months),
    )
}

fn month_row((month, figures): &(NaiveDate, Option<Figures>)) -> String {
    let figures = figures.as_ref();
    let share = |code| {
        let share = figures.and_then(|figures| figures.share(code));
        share.map_or_else(|| "—".into(), percent)
    };
    let index = figures.and_then(|figures| figures.index.as_ref());
    format!(
        "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
         <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
        month.format("%m.%Y"),
        figures.map_or_else(|| "мало".into(), |figures| figures.reports.to_string()),
        share(MAIN),
        share(ShareCode::Satisfaction),
        index.map_or_else(|| "—".into(), |index| number(index.value)),
    )
}

/// The main share month by month: the bottom is 0, the top 100 %, the dashes are at 80 %. A month of
/// which too little is known is a gap.
fn plot(months: &[(NaiveDate, Option<Figures>)]) -> String {
    let steps = u32::try_from(months.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let step = PLOT_WIDTH / f64::from(steps.max(1));
    let mut stretches: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for (place, (_, figures)) in (0_u32..).zip(months) {
        let share = figures.as_ref().and_then(|figures| figures.share(MAIN));
        match share.and_then(Share::value) {
            Some(value) => {
                let point = (step * f64::from(place), PLOT_HEIGHT * (1.0 - value));
                if let Some(stretch) = stretches.last_mut() {
                    stretch.push(point);
                }
            }
            None => stretches.push(Vec::new()),
        }
    }
    let drawn: String = stretches.iter().map(|points| stretch(points)).collect();
    let threshold = PLOT_HEIGHT * 0.2;
    format!(
        "<svg class=\"sparkline\" viewBox=\"-4 -4 {} {}\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"CR по месяцам; числа — в таблице ниже\">\
         <line x1=\"0\" y1=\"{threshold}\" x2=\"{PLOT_WIDTH}\" y2=\"{threshold}\"/>{drawn}</svg>",
        PLOT_WIDTH + 8.0,
        PLOT_HEIGHT + 8.0,
    )
}

/// Points in a row as a line, or as a dot where there is one alone.
fn stretch(points: &[(f64, f64)]) -> String {
    match points {
        [] => String::new(),
        [(x, y)] => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"),
        _ => {
            let points: Vec<String> = points
                .iter()
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            format!("<polyline points=\"{}\"/>", points.join(" "))
        }
    }
}

fn services(services: &[ServiceLine], portal: &PortalHost) -> String {
    if services.is_empty() {
        return "<p>Инструкций нет.</p>".into();
    }
    let rows: String = services
        .iter()
        .map(|service| service_row(service, portal))
        .collect();
    format!(
        "<div class=\"scroll\"><table>\
         <thead><tr><th scope=\"col\" class=\"number\">Место</th><th scope=\"col\">Услуга</th>\
         <th scope=\"col\" class=\"number\">Отзывов</th><th scope=\"col\" class=\"number\">CR</th>\
         <th scope=\"col\">Оценка</th><th scope=\"col\" class=\"number\">CSAT</th>\
         <th scope=\"col\" class=\"number\">TC</th><th scope=\"col\" class=\"number\">Срок: медиана, 90 %</th>\
         <th scope=\"col\" class=\"number\">Индекс</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

fn service_row(service: &ServiceLine, portal: &PortalHost) -> String {
    let name = format!(
        "<a href=\"{}\">{}</a>",
        escaped(&portal.url(&service.path)),
        escaped(&service.title)
    );
    let Some(figures) = &service.figures else {
        return format!(
            "<tr><td class=\"number\">—</td><td>{name}</td>\
             <td colspan=\"7\">отзывов мало: не хватает {}</td></tr>\n",
            service.missing
        );
    };
    let share = |code| figures.share(code).map_or_else(|| "—".into(), percent);
    let main = figures.share(MAIN).and_then(Share::light);
    let index = figures.index.as_ref();
    format!(
        "<tr><td class=\"number\">{}</td><td>{name}</td><td class=\"number\">{}</td>\
         <td class=\"number\">{}</td><td>{}</td><td class=\"number\">{}</td>\
         <td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
        service
            .place
            .map_or_else(|| "—".into(), |place| place.to_string()),
        figures.reports,
        share(MAIN),
        light(main),
        share(ShareCode::Satisfaction),
        share(ShareCode::TermCompliance),
        term(figures),
        index.map_or_else(|| "—".into(), |index| number(index.value)),
    )
}

fn term(figures: &Figures) -> String {
    figures.terms.first().map_or_else(
        || "—".into(),
        |term| {
            format!(
                "{}; {} {}",
                number(term.median),
                number(term.ninetieth_percentile),
                unit(term.unit)
            )
        },
    )
}

/// A text as it stands in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let written = escape_html(&mut html, text);
    debug_assert!(written.is_ok(), "a string takes whatever is written");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(title: &str) -> QualityReport {
        QualityReport {
            from: "2026-01-01".parse().unwrap(),
            to: "2026-03-31".parse().unwrap(),
            edition: Edition::Frozen,
            is_frozen: false,
            whole: None,
            missing: 2,
            months: vec![("2026-01-01".parse().unwrap(), None)],
            services: vec![ServiceLine {
                place: None,
                title: title.into(),
                path: "/guides/x".into(),
                figures: None,
                missing: 3,
            }],
        }
    }

    #[test]
    fn texts_are_texts() {
        let page = write(&report("<script>\"&"), &PortalHost("mtuf.ru".to_owned()));
        assert!(page.contains("&lt;script&gt;&quot;&amp;</a>"), "{page}");
        assert!(!page.contains("<script"));
        assert!(page.contains("href=\"https://mtuf.ru/guides/x\""));
        assert!(page.contains("01.01.2026 — 31.03.2026"));
    }

    #[test]
    fn what_is_too_few_says_so() {
        let page = write(&report("x"), &PortalHost("mtuf.ru".to_owned()));
        assert!(page.contains("не хватает ещё 2, чтобы показать"));
        assert!(page.contains("не хватает 3</td>"));
        assert!(page.contains("не все месяцы периода закрыты"));
    }

    #[test]
    fn a_point_alone_is_a_dot_and_several_are_a_line() {
        assert_eq!(stretch(&[]), "");
        assert_eq!(
            stretch(&[(1.0, 20.0)]),
            "<circle cx=\"1.0\" cy=\"20.0\" r=\"3\"/>"
        );
        assert_eq!(
            stretch(&[(0.0, 20.0), (300.0, 5.0)]),
            "<polyline points=\"0.0,20.0 300.0,5.0\"/>"
        );
    }

    #[test]
    fn a_share_shows_all_its_digits() {
        assert_eq!(in_percent(0.8123), "81,23");
        assert_eq!(in_percent(1.0), "100,00");
        assert_eq!(number(72.0), "72");
    }
}
