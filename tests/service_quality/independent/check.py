"""Computes every figure from the reports themselves and compares it with what the product answered.

Written from the methodology alone. Shares and the index are exact fractions until they are rounded, as
Python rounds fractions: from the middle to the even digit; intervals are statsmodels', percentiles and
medians numpy's.
"""

import json
import sys
from fractions import Fraction

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

OKRUGS = ["CAO", "SAO", "SVAO", "VAO", "YUVAO", "YUAO", "YUZAO", "ZAO", "SZAO", "ZELAO", "NAO", "TAO"]
CHANNELS = ["ONLINE", "MFC", "IN_PERSON", "POST", "PHONE"]
UNITS = ["WORKING_DAYS", "CALENDAR_DAYS", "HOURS", "INSTANT"]
TECHNICAL = 0b1111
WEIGHTS = {"CR": 30, "CSAT": 25, "TC": 20, "TF": 15, "UR": 10}
BAD = {"RR", "UR", "TF", "XD"}

with open(sys.argv[1]) as file:
    evidence = json.load(file)
compared = 0


def same(found, expected, where):
    """Numbers as they are shown, digit by digit; everything else as it is."""
    global compared
    compared += 1
    if isinstance(expected, (float, Fraction)):
        expected = float(expected)
        found = None if found is None else float(found)
    assert found == expected, f"{where}: {found!r} answered, {expected!r} computed"


def frame():
    table = pd.DataFrame(evidence["reports"])
    table = table[table["moderation"].isin(["ACCEPTED", "ESCALATED"])].copy()
    table["month"] = table["submitted_on"].str.slice(0, 7)
    portals = {guide["id"]: guide["portal"] for guide in evidence["guides"]}
    table["portal"] = table["guide"].map(portals)
    for column in ["queue_minutes", "rating", "term_norm", "term_taken"]:
        table[column] = pd.to_numeric(table[column])
    for column in ["escalated_at", "answered_at", "resolved_at"]:
        table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601")
    return table


def proportions(table):
    """Numerator and denominator of each share."""
    closed = table["outcome"] != "IN_PROGRESS"
    online = (table["channel"] == "ONLINE") | table["is_online_first"]
    completed = table["outcome"] == "COMPLETED"
    refused = table["outcome"] == "REFUSED"
    rated = table["rating"].notna()
    timed = table["term_taken"].notna() & table["term_norm"].notna()
    technical = table["problems"].map(lambda problems: problems & TECHNICAL != 0).astype(bool)
    failed = closed & ((table["outcome"] == "TECH_FAILURE") | technical)
    answered = table["is_guide_matched"].notna()
    matched = table["is_guide_matched"].map(lambda value: value is True).astype(bool)
    unexplained = refused & table["is_refusal_explained"].map(lambda value: value is False).astype(bool)
    queued = (table["visits"] > 0) & table["queue_minutes"].notna()
    escalated = table["escalated_at"].notna()
    pairs = {
        "CR": (completed & online, closed & online),
        "DT": (online, pd.Series(True, index=table.index)),
        "FO": (completed & table["is_fully_online"], completed),
        "CSAT": (rated & (table["rating"] >= 4), rated),
        "TC": (timed & (table["term_taken"] <= table["term_norm"]), timed),
        "RR": (refused, closed),
        "UR": (unexplained, refused),
        "TF": (failed, closed),
        "XD": (closed & table["has_extra_documents"], closed),
        "EFF_NO_VISITS": (table["visits"] == 0, pd.Series(True, index=table.index)),
        "EFF_QUEUE": (queued & (table["queue_minutes"] <= 15), queued),
        "GA": (matched, answered),
        "ESC": (escalated & table["resolved_at"].notna(), escalated),
    }
    return {code: (int(part.sum()), int(whole.sum())) for code, (part, whole) in pairs.items()}


def interval(part, whole):
    low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
    return float(low), float(high)


def light(code, part, whole):
    if whole == 0:
        return None
    share = Fraction(part, whole)
    if code == "CR":
        return "GREEN" if share > Fraction(80, 100) else "AMBER" if share >= Fraction(60, 100) else "RED"
    above = {"DT": 79, "CSAT": 78, "TC": 90}
    at_least = {"EFF_QUEUE": 95, "GA": 90}
    below = {"UR": 5, "TF": 5, "XD": 5}
    if code in above:
        return "GREEN" if share > Fraction(above[code], 100) else "RED"
    if code in at_least:
        return "GREEN" if share >= Fraction(at_least[code], 100) else "RED"
    if code in below:
        return "GREEN" if share < Fraction(below[code], 100) else "RED"
    return None


def index_of(pairs):
    known = {code: Fraction(*pairs[code]) for code in WEIGHTS if pairs[code][1] > 0}
    if not known:
        return None, {}
    weights = sum(WEIGHTS[code] for code in known)
    good = {code: 1 - share if code in BAD else share for code, share in known.items()}
    points = {code: 100 * Fraction(WEIGHTS[code], weights) * share for code, share in good.items()}
    return round(sum(points.values()), 1), {code: round(part, 1) for code, part in points.items()}


def mean(values, digits):
    return round(Fraction(int(values.sum()), len(values)), digits) if len(values) else None


def compare_shares(table, answered, where):
    pairs = proportions(table)
    same([share["code"] for share in answered["shares"]], list(pairs), f"{where}, codes")
    for share in answered["shares"]:
        code = share["code"]
        part, whole = pairs[code]
        same((share["numerator"], share["denominator"]), (part, whole), f"{where}, {code}")
        low, high = interval(part, whole) if whole else (None, None)
        same(share["value"], round(Fraction(part, whole), 4) if whole else None, f"{where}, {code}")
        same(share["low"], round(low, 4) if whole else None, f"{where}, {code} at least")
        same(share["high"], round(high, 4) if whole else None, f"{where}, {code} at most")
        same(share["light"], light(code, part, whole), f"{where}, light of {code}")
    return pairs


def compare_terms(table, answered, where):
    terms = table[table["term_taken"].notna()]
    units = [unit for unit in UNITS if (terms["term_unit"] == unit).any()]
    units.sort(key=lambda unit: -int((terms["term_unit"] == unit).sum()))
    same([term["unit"] for term in answered], units, f"{where}, units")
    for term in answered:
        of_unit = terms[terms["term_unit"] == term["unit"]]
        taken = of_unit["term_taken"].to_numpy()
        over = (of_unit["term_taken"] - of_unit["term_norm"]).to_numpy()
        late = over[over > 0]
        same(term["reports"], len(taken), f"{where}, {term['unit']}")
        same(term["median"], round(float(np.median(taken)), 1), f"{where}, median of {term['unit']}")
        same(term["ninetiethPercentile"], round(float(np.percentile(taken, 90)), 1), f"{where}, p90 of {term['unit']}")
        same(term["late"], len(late), f"{where}, late in {term['unit']}")
        same(term["medianOverrun"], round(float(np.median(late)), 1) if len(late) else None, f"{where}, overrun in {term['unit']}")


def days_to_answer(table):
    answered = table[table["answered_at"].notna()]
    moscow = pd.Timedelta(hours=3)
    begun = (answered["escalated_at"] + moscow).dt.normalize()
    ended = (answered["answered_at"] + moscow).dt.normalize()
    days = (ended - begun).dt.days.to_numpy()
    return round(float(np.median(days)), 1) if len(days) else None


def compare(table, answered, where, is_hidden=False):
    """All figures of some reports, which must be missing where there are too few."""
    if len(table) < 5 or is_hidden:
        same(answered, None, f"{where}, figures")
        return
    assert answered is not None, f"{where}: nothing answered of {len(table)}"
    same(answered["reports"], len(table), f"{where}, reports")
    pairs = compare_shares(table, answered, where)
    same(answered["meanRating"], mean(table["rating"].dropna(), 1), f"{where}, mean rating")
    same(answered["meanVisits"], mean(table["visits"], 2), f"{where}, mean visits")
    value, points = index_of(pairs)
    same(answered["index"] and answered["index"]["value"], value, f"{where}, index")
    if "terms" in answered:
        compare_terms(table, answered["terms"], where)
        same(answered["medianDaysToAnswer"], days_to_answer(table), f"{where}, days to answer")
        parts = {part["code"]: part for part in answered["index"]["parts"]} if answered["index"] else {}
        same(sorted(parts), sorted(points), f"{where}, parts of the index")
        for code, part in parts.items():
            same(part["points"], points[code], f"{where}, points of {code}")
            same((part["weight"], part["isInverted"]), (WEIGHTS[code], code in BAD), f"{where}, weight of {code}")


def hidden(sizes):
    """The places of the parts that may not be shown: the small ones, and the smallest others with them
    as long as what is hidden is one part alone or fewer than five reports."""
    gone = {place for place, size in enumerate(sizes) if 0 < size < 5}
    while gone and (len(gone) == 1 or sum(sizes[place] for place in gone) < 5):
        others = [place for place, size in enumerate(sizes) if size >= 5 and place not in gone]
        if not others:
            break
        gone.add(min(others, key=lambda place: (sizes[place], place)))
    return gone


def shifted(month, by):
    year, number = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + by, 12)
    return f"{year:04}-{number + 1:02}"


def period_of(given):
    last = given.get("to", evidence["today"])[:7]
    return (given["from"][:7] if "from" in given else shifted(last, -11)), last


def months_of(first, last):
    months = [first]
    while months[-1] < last:
        months.append(shifted(months[-1], 1))
    return months


def within(table, first, last):
    return table[(table["month"] >= first) & (table["month"] <= last)]


def of_okrugs(table, named):
    """The reports of these okrugs together, and whether they have to be hidden."""
    places = [okrug in named for okrug in OKRUGS + [None]]
    parts = [table[table["okrug"] == okrug] for okrug in OKRUGS] + [table[table["okrug"].isna()]]
    gone = hidden([len(part) for part in parts])
    chosen = [place for place, is_named in enumerate(places) if is_named]
    return pd.concat([parts[place] for place in chosen]), bool(gone.intersection(chosen))


def check_breakdown(table, answered, key, values, where):
    parts = [table[table[key].isna()] if value is None else table[table[key] == value] for value in values]
    same([part[key] for part in answered], values, f"{where}, {key}s")
    gone = hidden([len(part) for part in parts])
    for place, (part, found) in enumerate(zip(parts, answered)):
        compare(part, found["figures"], f"{where}, {values[place]}", is_hidden=place in gone)


def check_previous(before, now, is_hidden_before, is_hidden_now, answered, where):
    compare(before, answered["figures"], f"{where}, before", is_hidden=is_hidden_before)
    expected = []
    if len(before) >= 5 and len(now) >= 5 and not is_hidden_before and not is_hidden_now:
        then, since = proportions(before), proportions(now)
        for code in then:
            if then[code][1] and since[code][1]:
                (low_then, high_then), (low, high) = interval(*then[code]), interval(*since[code])
                difference = round(Fraction(*since[code]) - Fraction(*then[code]), 4)
                expected.append((code, float(difference), low > high_then or low_then > high))
    found = [(change["code"], float(change["difference"]), change["isDistinct"]) for change in answered["changes"]]
    same(found, expected, f"{where}, changes")


def check_question(everything, question):
    given, whole, parts = question["filter"], question["whole"], question["parts"]
    where = json.dumps(given)
    first, last = period_of(given)
    table = everything
    if "guide" in given:
        table = table[table["guide"] == given["guide"]]
    if "portal" in given:
        table = table[table["portal"] == given["portal"]]
    months = months_of(first, last)
    asked = within(table, first, last)
    length = len(months)
    earlier = within(table, shifted(first, -length), shifted(first, -1))
    same((whole["from"], whole["to"][:7]), (first + "-01", last), f"{where}, period")
    if "okrug" in given:
        named = ["NAO", "TAO"] if given["okrug"] == "TINAO" else [given["okrug"]]
        chosen, is_hidden = of_okrugs(asked, named)
        chosen_before, is_hidden_before = of_okrugs(earlier, named)
        same(parts["channels"], [], f"{where}, channels")
        told = 0 if not is_hidden and len(chosen) >= 5 else None
    else:
        chosen, is_hidden, chosen_before, is_hidden_before = asked, False, earlier, False
        check_breakdown(asked, parts["channels"], "channel", CHANNELS, where)
        told = max(0, 5 - len(asked))
    same(whole["missingReports"], told, f"{where}, missing reports")
    compare(chosen, whole["figures"], where, is_hidden)
    check_breakdown(asked, parts["okrugs"], "okrug", OKRUGS + [None], where)
    check_previous(chosen_before, chosen, is_hidden_before, is_hidden, parts["previous"], where)
    same([month["month"][:7] for month in parts["months"]], months, f"{where}, months")
    for month in parts["months"]:
        of_month = asked[asked["month"] == month["month"][:7]]
        if "okrug" in given:
            of_month, is_hidden_then = of_okrugs(of_month, named)
        else:
            is_hidden_then = False
        compare(of_month, month["figures"], f"{where}, {month['month']}", is_hidden_then)


def check_ranking(everything, code, places):
    first, last = period_of({})
    table = within(everything, first, last)
    ranked = []
    for guide, of_guide in table.groupby("guide"):
        part, whole = proportions(of_guide)[code]
        if len(of_guide) >= 20 and whole:
            low, high = interval(part, whole)
            ranked.append((1 - high if code in BAD else low, guide, (part, whole)))
    same(len(places), len(ranked), f"ranking by {code}")
    by_guide = {guide: (score, pair) for score, guide, pair in ranked}
    scores = []
    for number, place in enumerate(places, 1):
        score, pair = by_guide[place["guide"]["id"]]
        scores.append(score)
        same(place["place"], number, f"ranking by {code}")
        same(place["score"], round(score, 4), f"ranking by {code}, score")
        same((place["share"]["numerator"], place["share"]["denominator"]), pair, f"ranking by {code}, share")
    assert all(one >= other - 1e-9 for one, other in zip(scores, scores[1:])), f"ranking by {code}: {scores}"


everything = frame()
for question in evidence["asked"]:
    check_question(everything, question)
for code, places in evidence["rankings"].items():
    check_ranking(everything, code, places)
assert compared > 5000, f"only {compared} figures were compared"
print(f"{compared} figures are what numpy and statsmodels come to")
