"""Asks for published figures one after another, nothing kept, and prints how long they take."""

import datetime
import json
import statistics
import sys
import time
import urllib.request

base = sys.argv[1]
today = datetime.date.today()
three_years = (today - datetime.timedelta(days=1090)).isoformat()

FIGURES = """reports meanRating meanVisits shares { code value low high numerator denominator light }
    terms { unit median ninetiethPercentile medianOverrun } index { value parts { code points } }"""
QUALITY = "query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) { missingReports figures { %s } } }" % FIGURES
WHOLE = """query($filter: ServiceQualityFilter) { serviceQuality(filter: $filter) { missingReports figures { %s }
    months { month figures { reports shares { code value } index { value } } }
    okrugs { okrug figures { reports shares { code value } } } channels { channel figures { reports } }
    previous { figures { reports } changes { code difference } } } }""" % FIGURES
RANKING = """query($filter: ServiceQualityRankingFilter) { serviceQualityRanking(filter: $filter, first: 20) {
    totalCount nodes { place score guide { slug title } share { value low high } figures { %s } } } }""" % FIGURES
GUIDES = "{ guides(first: 20) { nodes { slug quality { missingReports figures { reports terms { median ninetiethPercentile } } } } } }"


def ask(query, variables=None):
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(base + "/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        answer = json.loads(response.read())
    assert "errors" not in answer, answer
    return answer["data"]


def fetch(path):
    with urllib.request.urlopen(base + path) as response:
        return response.read()


def milliseconds(run, times=200):
    for _ in range(5):
        run()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


guide = ask("{ guides(first: 1) { nodes { id } } }")["guides"]["nodes"][0]["id"]
everything = ask(QUALITY, {"filter": {"from": three_years}})["serviceQuality"]["figures"]
assert everything["reports"] > 1000, everything
questions = {
    "a service, a year": lambda: ask(QUALITY, {"filter": {"guide": guide}}),
    "a service with months, okrugs, channels and the year before": lambda: ask(WHOLE, {"filter": {"guide": guide}}),
    "the same of three years": lambda: ask(WHOLE, {"filter": {"guide": guide, "from": three_years}}),
    "all services, three years, with all parts": lambda: ask(WHOLE, {"filter": {"from": three_years}}),
    "an okrug of all services, three years": lambda: ask(QUALITY, {"filter": {"okrug": "CAO", "from": three_years}}),
    "the ranking of a year, 20 places with all figures": lambda: ask(RANKING),
    "the ranking of three years": lambda: ask(RANKING, {"filter": {"from": three_years}}),
    "20 guides with the measured term": lambda: ask(GUIDES),
}
print("| published question, nothing kept | median, ms | p99, ms | limit |\n| --- | ---: | ---: | ---: |")
for name, run in questions.items():
    median, worst = milliseconds(run)
    print(f"| {name} | {median:.1f} | {worst:.1f} | 20 |", flush=True)
for name, path in {"the table of a year": "/reports/service-quality.csv", "the page of a year": "/reports/service-quality"}.items():
    median, worst = milliseconds(lambda: fetch(path), 50)
    print(f"| {name} | {median:.1f} | {worst:.1f} | |", flush=True)
