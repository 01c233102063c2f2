//! What people are told beside the figures.

use entities::enums::TermMeasure;

/// Said wherever figures are shown.
pub const NOTE: &str = "Показатели посчитаны по отзывам тех, кто сам решил их прислать. Это не оценка всех, кто пользовался услугой.";

/// Asks for the reports that are missing, if any are.
#[must_use]
pub fn ask(missing: i64) -> Option<String> {
    let reports = if missing == 1 {
        "отзыва"
    } else {
        "отзывов"
    };
    (missing > 0).then(|| {
        format!(
            "Чтобы показать, как оказывают эту услугу, не хватает ещё {missing} {reports}. Если вы ею пользовались, расскажите, как прошло."
        )
    })
}

/// A unit of terms behind a number.
#[must_use]
pub const fn unit(unit: TermMeasure) -> &'static str {
    match unit {
        TermMeasure::WorkingDays => "раб. дн.",
        TermMeasure::CalendarDays => "кал. дн.",
        TermMeasure::Hours => "ч",
        TermMeasure::Instant => "сразу",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_asked_for() {
        assert!(ask(1).unwrap().contains("ещё 1 отзыва."));
        assert!(ask(4).unwrap().contains("ещё 4 отзывов."));
        assert_eq!(ask(0), None);
    }
}
