"""Asks two products of different size the same questions in turn, and prints what the larger costs."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

folder, small, large, peer = sys.argv[1:]
seconds, rounds = os.environ["SECONDS_EACH"], int(os.environ["ROUNDS"])

HOME = open("tests/bench/home.graphql").read()
LIST = "nodes { id slug headline lead publishedAt category { id name } organisation { id shortName } }"
ARTICLE = "query($slug: String!) { newsArticle(slug: $slug) { id headline lead publishedAt bodyHtml category { name } organisation { shortName } } }"
PAGE = "query($after: String) { news(first: 20, after: $after) { " + LIST + " pageInfo { hasNextPage endCursor } } }"
MIDDLE = "query($to: DateTime) { news(first: 1, filter: { publishedTo: $to }) { pageInfo { endCursor } } }"
CHANGES = """query($since: String, $first: Int) { changes(since: $since, types: [NEWS_ARTICLE], first: $first) { cursor hasMore removed { id reason }
    changed { ... on NewsArticle { id revision slug headline lead publishedAt updatedAt category { id } organisation { id } cover { url blurHash }
        body { __typename ... on ParagraphBlock { spans { text marks href } } ... on HeadingBlock { level spans { text } }
            ... on ListBlock { ordered items { depth spans { text marks href } } } ... on QuoteBlock { spans { text } } } } } } }"""
SEARCH = "query($text: String!) { search(query: $text, first: 20) { nodes { __typename ... on NewsArticle { id headline lead publishedAt } ... on ServiceGuide { id title } ... on Benefit { id title } } } }"
SUGGEST = "query($text: String!) { searchSuggestions(prefix: $text) { text type nodeId } }"


def ask(base, query, variables=None, headers=None):
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(base + "/graphql", body, {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request) as response:
        return response.read()


def data(base, query, variables=None):
    answer = json.loads(ask(base, query, variables))
    assert "errors" not in answer, answer
    return answer["data"]


def load(name, address, bodies):
    """Requests a second, the bodies in turn."""
    script = f"{folder}/{name}.lua"
    texts = ",".join("[==[" + json.dumps(body, ensure_ascii=False) + "]==]" for body in bodies)
    with open(script, "w") as file:
        file.write(f'local bodies = {{{texts}}}\nlocal turn = 0\nwrk.headers["Content-Type"] = "application/json"\n'
                   'function request() turn = turn % #bodies + 1 return wrk.format("POST", nil, nil, bodies[turn]) end\n')
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", script, address]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, output
    return next(float(line.split()[1]) for line in output.splitlines() if line.startswith("Requests/sec"))


def compare(name, one, other):
    """Medians of alternating rounds; each side is an address and its bodies."""
    ones, others = [], []
    for _ in range(rounds):
        ones.append(load(name, *one))
        others.append(load(name, *other))
    return statistics.median(ones), statistics.median(others)


def questions(base):
    newest = data(base, PAGE)["news"]["nodes"]
    slugs = [node["slug"] for node in newest]
    oldest = data(base, "{ newsArchive { year month } }")["newsArchive"]
    middle = oldest[len(oldest) * 3 // 4]
    to = f"{middle['year']}-{middle['month']:02}-20T00:00:00Z"
    after = data(base, MIDDLE, {"to": to})["news"]["pageInfo"]["endCursor"]
    copy = data(base, CHANGES, {"first": 50})["changes"]["cursor"]
    return {
        "home": [{"query": HOME}],
        "one article": [{"query": ARTICLE, "variables": {"slug": slug}} for slug in slugs],
        "deep page of the feed": [{"query": PAGE, "variables": {"after": after}}],
        "page of changes": [{"query": CHANGES, "variables": {"since": copy, "first": 20}}],
    }


print("\n| question | 1k articles, req/s | large, req/s | cost of growth | limit |\n| --- | ---: | ---: | ---: | ---: |")
limits = {"home": 1.1, "one article": 1.1, "deep page of the feed": 1.3, "page of changes": 1.2}
few, many = questions(small), questions(large)
for name, limit in limits.items():
    before, after = compare("growth", (small + "/graphql", few[name]), (large + "/graphql", many[name]))
    print(f"| {name} | {before:.0f} | {after:.0f} | {before / after:.2f} | {limit} |", flush=True)

words = json.loads(urllib.request.urlopen(peer + "/words").read())
print("\n| search, documents that match | product, req/s | one plain statement, req/s | ratio |\n| --- | ---: | ---: | ---: |")
everything = []
for group in words:
    everything += group["words"]
    product = [{"query": SEARCH, "variables": {"text": word["text"]}} for word in group["words"]]
    plain = [{"stems": word["stems"]} for word in group["words"]]
    ours, theirs = compare("search", (large + "/graphql", product), (peer + "/search", plain))
    print(f"| {group['name']} | {ours:.0f} | {theirs:.0f} | {ours / max(theirs, 0.1):.1f} |", flush=True)
product = [{"query": SEARCH, "variables": {"text": word["text"]}} for word in everything]
ours, theirs = compare("search", (large + "/graphql", product), (peer + "/search", [{"stems": word["stems"]} for word in everything]))
print(f"| all of these in turn | {ours:.0f} | {theirs:.0f} | {ours / max(theirs, 0.1):.1f} |", flush=True)

# Fifty a second, each on its time whatever the others do.
prefixes = [word["text"][:length] for word in everything for length in (2, 3, 4, 6)]
latencies = []


def suggest(text):
    began = time.perf_counter()
    ask(large, SUGGEST, {"text": text})
    latencies.append(1000 * (time.perf_counter() - began))


for text in prefixes[:8]:
    suggest(text)
latencies.clear()
threads, began = [], time.perf_counter()
for number in range(600):
    time.sleep(max(0, began + number / 50 - time.perf_counter()))
    threads.append(threading.Thread(target=suggest, args=(prefixes[number % len(prefixes)],)))
    threads[-1].start()
for thread in threads:
    thread.join()
latencies.sort()

# Twenty articles as people write them: a copy comes to them behind the thousand generated ones.
copy = {"cursor": None}
for _ in range(20):
    copy = data(small, CHANGES, {"since": copy["cursor"], "first": 50})["changes"]
day = ask(small, CHANGES, {"since": copy["cursor"], "first": 20}, {"Accept-Encoding": "br"})
print(f"""
| figure | value | limit |
| --- | ---: | ---: |
| suggestions at 50 a second, median, ms | {statistics.median(latencies):.1f} | |
| suggestions at 50 a second, p99, ms | {latencies[int(len(latencies) * 0.99)]:.1f} | 20 |
| a day's delta of 20 articles, brotli bytes an article | {len(day) / 20:.0f} | 2048 |""")
