"""What only guides have, and what only members' things have: a check that somebody answers for, and
readers who may not know of them."""

from datetime import UTC, date, datetime, timedelta

from newsroom import problems
from steps import expect, require, step

KNOWN = "{ guideCategories { id } lifeEvents { id } benefitCategories { id } }"
GUIDE = "query($slug: String!) { guide(slug: $slug) { checkedAt checkedBy nextReviewAt revision warnings } }"
CHECKER = "Анна Иванова, юрист федерации"
# What none is published without.
TRUTH = {
    "officialUrl": "https://www.mos.ru/pgu/",
    "legalBasis": [{"act": "Приказ", "number": "7"}],
    "checkedBy": CHECKER,
}


def guide_that_is_true(publisher, readers, school):
    known = readers.stranger.ask(KNOWN).data()
    draft = publisher.begin("serviceGuide", **guide(known, school))
    expect(problems(draft), [(field, "MISSING") for field in TRUTH], "what a guide lacks that nobody answers for")
    publisher.turned_down(draft, "Publish", ["MISSING"] * len(TRUTH))
    elsewhere = {**TRUTH, "officialUrl": "https://mos.ru.example.com/"}
    draft = publisher.go_on(draft, "Update", **elsewhere)
    publisher.turned_down(draft, "Publish", ["NOT_OFFICIAL"])
    readers.show("a guide without its law, its official address and a checker is not published", draft, stranger=False)
    draft = publisher.go_on(draft, "Update", officialUrl=TRUTH["officialUrl"])
    shown = publisher.go_on(draft, "Publish")
    before = read(readers, shown)
    expect((before["checkedBy"], before["warnings"]), (CHECKER, []), "what readers see of the check")
    readers.show("with all three it is", shown, stranger=True)
    next_review = in_days(120)
    confirmed = publisher.go_on(shown, "ConfirmChecked", checkedBy=CHECKER, nextReviewAt=next_review)
    expect(confirmed["nextReviewAt"], next_review, "the next check")
    after = read(readers, shown)
    expect((after["nextReviewAt"], after["revision"]), (next_review, before["revision"] + 1), "the confirmed guide")
    require(after["checkedAt"] > before["checkedAt"], "the check is newer")
    step("somebody confirms that it still holds: a revision of its own, without a draft")


def guide(known, school):
    """A guide that lacks just what makes it true."""
    return {
        "organisation": school,
        "title": "Пропуск в бассейн через портал",
        "summary": "Как получить пропуск.",
        "category": known["guideCategories"][0]["id"],
        "lifeEvents": [known["lifeEvents"][0]["id"]],
        "portal": "MOS_RU",
        "level": "MOSCOW",
        "authority": "Департамент спорта",
        "whoMayApply": ["Житель Москвы"],
        "documentGroups": [{"title": "Личность", "pick": "ONE_OF", "items": [{"name": "Паспорт"}]}],
        "steps": [{"title": "Войти", "text": "Откройте портал."}, {"title": "Подать", "text": "Заполните форму."}],
        "channels": [{"kind": "ONLINE", "title": "Портал", "processing": {"max": 5, "unit": "WORKING_DAYS"}}],
        "costs": [{"title": "Пропуск", "amount": "150.50"}],
        "results": [{"name": "Пропуск", "form": "ELECTRONIC"}],
        "refusalGrounds": {"provide": ["Нет справки"]},
        "checkedAt": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds"),
        "nextReviewAt": in_days(90),
    }


def in_days(days):
    return (date.today() + timedelta(days)).isoformat()


def read(readers, shown):
    """The guide as both see it."""
    seen = readers.stranger.ask(GUIDE, slug=shown["slug"]).data()["guide"]
    expect(readers.member.ask(GUIDE, slug=shown["slug"]).data()["guide"], seen, "the member's view of the guide")
    return seen


def benefit_for_members(publisher, readers, school):
    known = readers.stranger.ask(KNOWN).data()
    draft = publisher.begin("benefit", **{
        "organisation": school,
        "title": "Скидка на абонемент в бассейн для членов профсоюза",
        "summary": "Восьмая часть цены абонемента.",
        "category": known["benefitCategories"][0]["id"],
        "provider": "UNION",
        "value": {"kind": "PERCENT", "percent": 12.5},
        "terms": "На **годовой** абонемент.",
        "howToUse": "Покажите билет в кассе.",
        "redemption": {"kind": "SHOW_CARD"},
        "validFrom": "2026-01-01",
        "audience": {"scope": "MEMBERS"},
    })
    expect(problems(draft), [], "what the benefit lacks")
    shown = publisher.go_on(draft, "Publish")
    readers.show("a benefit for members is published", shown, stranger=False, member=True)
    narrowed = publisher.go_on(shown, "Update", audience={"scope": "PUBLIC"})
    readers.show("a draft beside it is for everybody", narrowed, stranger=False, member=True)
    opened = publisher.go_on(narrowed, "Publish")
    readers.show("published, it is", opened, stranger=True)
    closed = publisher.go_on(opened, "Update", audience={"scope": "MEMBERS"})
    closed = publisher.go_on(closed, "Publish")
    readers.show("it is for members again", closed, stranger=False, member=True)
