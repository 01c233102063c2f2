"""What kept answers give in every other way of asking, beside the same yardsticks; the other questions; and how
long answers take at a fixed pace. Called by `tests/bench/run`, with its servers running.

Arguments: a private folder, the product with nothing kept, with answers kept, with answers kept in Redis
alone, the peer, psql, the database.
"""

import contextlib
import hashlib
import json
import os
import socketserver
import statistics
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

from inbox import Inbox, SmsGateway
from member import Member

FOLDER, COLD, KEPT, REDIS, PEER, PSQL, DATABASE = sys.argv[1:]
SECONDS, ROUNDS = os.environ["SECONDS_EACH"], int(os.environ["ROUNDS"])
SMS_PORT = int(os.environ["SMS_PORT"])
CONNECTIONS = 32
PACE, PACED_SECONDS = 400, 10
PHONE = "+79261234567"

with open("tests/bench/home.graphql", encoding="utf-8") as file:
    HOME = " ".join(file.read().split())
# What a member's app asks when it opens: the same for all, and two things that are theirs alone.
THEIRS = HOME.replace("validThrough", "validThrough eligibility { status }").rstrip("}") + "viewer { inbox(first: 1) { unreadCount } } }"
LIST = "nodes { id slug headline lead publishedAt category { id name } organisation { id shortName } }"
ARTICLE = """query($slug: String!) { newsArticle(slug: $slug) { id headline lead publishedAt bodyHtml
    category { name } organisation { shortName } } }"""
PAGE = "query($after: String) { news(first: 20, after: $after) { " + LIST + " pageInfo { hasNextPage endCursor } } }"
MIDDLE = "query($to: DateTime) { news(first: 1, filter: { publishedTo: $to }) { pageInfo { endCursor } } }"
# Whoever wants to know what an answer costs is given one of their own.
UNKEPT = {"X-Cost": "1"}
SEARCH = """{ search(query: "отпуск", first: 20) { nodes { __typename ... on NewsArticle { id headline lead }
    ... on ServiceGuide { id title } ... on Benefit { id title } } } }"""


class Gateway(Inbox):
    """Takes messages where the servers were told to send them."""

    def __init__(self):
        self.messages = []
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        server = socketserver.ThreadingTCPServer(("127.0.0.1", SMS_PORT), SmsGateway)
        server.daemon_threads = True
        server.inbox = self
        threading.Thread(target=server.serve_forever, daemon=True).start()


def send(base, body=None, path="/graphql", headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, json.loads(answer.read())


def data(base, query, variables=None):
    _, answer = send(base, {"query": query, "variables": variables or {}})
    assert "errors" not in answer, answer
    return answer["data"]


def posting(bodies, headers=None):
    """What wrk runs to post these bodies in turn."""
    texts = ",".join("[==[" + json.dumps(body, ensure_ascii=False) + "]==]" for body in bodies)
    lines = [f"local bodies, turn = {{{texts}}}, 0", 'wrk.headers["Content-Type"] = "application/json"']
    lines += [f'wrk.headers["{name}"] = [==[{value}]==]' for name, value in (headers or {}).items()]
    lines.append('function request() turn = turn % #bodies + 1 return wrk.format("POST", nil, nil, bodies[turn]) end')
    return "\n".join(lines) + "\n"


def getting(headers):
    lines = [f'wrk.headers["{name}"] = [==[{value}]==]' for name, value in headers.items()]
    return "\n".join(lines) + "\n"


def load(address, script, seconds=SECONDS):
    """Requests a second."""
    path = f"{FOLDER}/more.lua"
    with open(path, "w", encoding="utf-8") as lua:
        lua.write(script)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", path, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    return next(float(line.split()[1]) for line in said.splitlines() if line.startswith("Requests/sec"))


def compared(one, other, around=contextlib.nullcontext):
    """Medians of alternating rounds. What is measured first happens within `around`."""
    for side in (one, other):
        load(*side, seconds=1)
    ones, others = [], []
    for _ in range(ROUNDS):
        with around():
            ones.append(load(*one))
        others.append(load(*other))
    return statistics.median(ones), statistics.median(others)


@contextlib.contextmanager
def news_change_each_second():
    """What a publication does to what is kept, once a second."""
    over = threading.Event()
    change = "UPDATE cache_generation SET generation = generation + 1 WHERE tag = 'news'"

    def keep_changing():
        while not over.wait(1):
            subprocess.run([PSQL, "-q", DATABASE, "-c", change], check=True)

    changing = threading.Thread(target=keep_changing)
    changing.start()
    try:
        yield
    finally:
        over.set()
        changing.join()


def named():
    """The path by which home is asked for by its name, registered before, and the tag of its answer."""
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(HOME.encode()).hexdigest()}}
    send(KEPT, {"query": HOME, "extensions": extensions})
    path = "/graphql?" + urllib.parse.urlencode({"extensions": json.dumps(extensions)})
    headers, _ = send(KEPT, path=path)
    return path, headers["ETag"]


def signed_in():
    """Credentials that hold for ten minutes."""
    member = Member(KEPT, "127.0.0.1", Gateway())
    member.sign_in(PHONE, PHONE, "bench")
    return {"Authorization": f"Bearer {member.tokens.access}"}


def middle_of_the_feed():
    months = data(COLD, "{ newsArchive { year month } }")["newsArchive"]
    month = months[len(months) * 3 // 4]
    to = f"{month['year']}-{month['month']:02}-20T00:00:00Z"
    return data(COLD, MIDDLE, {"to": to})["news"]["pageInfo"]["endCursor"]


def share(value, limit):
    return f"{100 * value:.1f} %" + (", missed" if value < limit / 100 else "")


def tell_of_ways():
    home = [{"query": HOME}]
    bare = (PEER + "/bare", posting(home))
    quiet = (KEPT + "/graphql", posting(home))
    path, tag = named()
    member = signed_in()
    rows = [
        ("by its name, 304, against a bare 304", (KEPT + path, getting({"If-None-Match": tag})),
         (PEER + "/known", getting({"If-None-Match": tag})), 90, contextlib.nullcontext),
        ("from Redis alone, against the bare handler", (REDIS + "/graphql", posting(home)), bare, 30,
         contextlib.nullcontext),
        ("signed in, against the bare handler", (KEPT + "/graphql", posting(home, member)), bare, 5,
         contextlib.nullcontext),
        ("signed in, with what is theirs, against the bare handler", (KEPT + "/graphql", posting([{"query": THEIRS}], member)),
         bare, 5, contextlib.nullcontext),
        ("rows kept, the answer not, against the stock library over memory", (KEPT + "/graphql", posting(home, UNKEPT)),
         (PEER + "/memory", posting(home)), 80, contextlib.nullcontext),
        ("news change each second, against quiet", quiet, quiet, 90, news_change_each_second),
    ]
    print("\n| home, the answer kept | req/s | yardstick, req/s | share | at least |\n| --- | ---: | ---: | ---: | ---: |")
    for name, one, other, limit, around in rows:
        ours, theirs = compared(one, other, around)
        print(f"| {name} | {ours:.0f} | {theirs:.0f} | {share(ours / theirs, limit)} | {limit} % |", flush=True)


def tell_of_questions():
    slugs = [node["slug"] for node in data(COLD, PAGE)["news"]["nodes"]]
    questions = {
        "one article": [{"query": ARTICLE, "variables": {"slug": slug}} for slug in slugs],
        "a page deep in the feed": [{"query": PAGE, "variables": {"after": middle_of_the_feed()}}],
        "search": [{"query": SEARCH}],
    }
    print("\n| question | nothing kept, req/s | the answer kept, req/s |\n| --- | ---: | ---: |")
    for name, bodies in questions.items():
        script = posting(bodies)
        cold, kept = compared((COLD + "/graphql", script), (KEPT + "/graphql", script))
        print(f"| {name} | {cold:.0f} | {kept:.0f} |", flush=True)


def paced(base, path):
    """The median and the 99th percentile, in milliseconds."""
    host = urllib.parse.urlparse(base).netloc
    command = ["target/release/bench-pace", host, path, f"{FOLDER}/home.json", str(PACE), str(PACED_SECONDS)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    median, most, _ = map(float, said.split())
    return median, most


def tell_of_waiting():
    rows = {"bare handler": (PEER, "/bare"), "the answer kept": (KEPT, "/graphql"), "nothing kept": (COLD, "/graphql")}
    rounds = {name: [] for name in rows}
    for _ in range(ROUNDS):
        for name, (base, path) in rows.items():
            rounds[name].append(paced(base, path))
    medians = {name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in rounds.items()}
    limits = {"bare handler": None, "the answer kept": 2 * medians["bare handler"][1], "nothing kept": 10}
    print(f"\n| home at {PACE} a second, open loop | median, ms | 99th percentile, ms | limit |\n| --- | ---: | ---: | ---: |")
    for name, (median, most) in medians.items():
        limit = limits[name]
        missed = ", missed" if limit and most > limit else ""
        print(f"| {name} | {median:.2f} | {most:.2f}{missed} | {f'{limit:.2f}' if limit else ''} |")


tell_of_ways()
tell_of_questions()
tell_of_waiting()
