"""Those who read: a stranger and a member, who look for a thing wherever it could be."""

import base64
import re
import time
from dataclasses import dataclass

from steps import Failed, expect, require, step

SLOWEST = 10
# The server follows the database's clock, and not this program's.
CLOCKS_APART = 0.05
HOST = "mtuf.ru"
# The places that are the same for everybody who fetches them.
PAGES = {"news": ["/feed/news.rss", "/feed/news.json", "/sitemap.xml"], "benefits": ["/sitemap.xml"], "guides": ["/sitemap.xml"]}
ASKED = {"list", "slug", "node", "route", "search", "suggestions", "changes"}

SEARCH = """query($text: String!, $type: SearchType!) { search(query: $text, types: [$type], first: 20) {
    nodes { ... on Node { id } } } }"""
SUGGEST = "query($text: String!) { searchSuggestions(prefix: $text) { nodeId } }"
ROUTE = """query($path: String!) { route(host: "mtuf.ru", path: $path) { __typename ... on Node { id }
    ... on Moved { to } ... on Withdrawn { explanation replacement { ... on NewsArticle { slug } } } } }"""
NODE = "query($id: ID!) { node(id: $id) { id } }"
CHANGES = """query($since: String, $type: ContentItemType!) { changes(since: $since, types: [$type], first: 50) {
    cursor hasMore removed { id reason } changed { ... on Node { id } } } }"""
ARTICLE = """query($slug: String!) { newsArticle(slug: $slug) { id headline correction { text } cover { alt }
    publishedAt updatedAt } }"""


@dataclass(frozen=True)
class Kind:
    """How readers ask for a kind of content."""

    type: str
    section: str
    one: str
    # What the ids of its nodes begin with.
    tag: bytes

    @property
    def places(self):
        return frozenset(ASKED | set(PAGES[self.section]))


KINDS = {
    "newsArticle": Kind("NEWS_ARTICLE", "news", "newsArticle", b"n"),
    "benefit": Kind("BENEFIT", "benefits", "benefit", b"b"),
    "serviceGuide": Kind("SERVICE_GUIDE", "guides", "guide", b"g"),
}


class Readers:
    """A stranger and a member, side by side."""

    def __init__(self, stranger, member):
        self.stranger, self.member = stranger, member

    def show(self, moment, draft, stranger, member=None):
        """Waits until each sees it everywhere, or nowhere, and says so. A member sees what a stranger does
        unless it is told otherwise; feeds and the sitemap are for strangers."""
        member = stranger if member is None else member
        kind = KINDS[draft["kind"]]
        pages = set(PAGES[kind.section])
        self.wait(self.stranger, draft, kind.places if stranger else set(), f"{moment}: a stranger")
        wanted = (ASKED if member else set()) | (pages if stranger else set())
        self.wait(self.member, draft, wanted, f"{moment}: a member")
        step(f"{moment}; of {len(kind.places)} places a stranger sees it {in_words(stranger)}, a member {in_words(member)}")

    def wait(self, reader, draft, wanted, who):
        end, found = time.monotonic() + SLOWEST, None
        while time.monotonic() < end:
            found = where(reader, draft)
            if found == wanted:
                return
            time.sleep(0.1)
        raise Failed(f"{who} sees «{draft['title']}» in {sorted(found)} and not in {sorted(wanted)}")

    def article(self, slug):
        """The article as both see it, which must be the same."""
        seen = self.stranger.ask(ARTICLE, slug=slug).data()["newsArticle"]
        expect(self.member.ask(ARTICLE, slug=slug).data()["newsArticle"], seen, f"the member's view of {slug}")
        return seen

    def route(self, path):
        seen = self.stranger.ask(ROUTE, path=path).data()["route"]
        expect(self.member.ask(ROUTE, path=path).data()["route"], seen, f"where {path} leads the member")
        return seen

    def turns(self, draft, is_seen, at):
        """Waits until the article comes or goes, which must be at that instant or within a second after;
        returns the seconds it took."""
        while time.time() < at + SLOWEST:
            if (self.stranger.ask(ARTICLE, slug=draft["slug"]).data()["newsArticle"] is not None) == is_seen:
                late = time.time() - at
                require(-CLOCKS_APART <= late <= 1, f"«{draft['title']}» turned {late:.2f} s after its time")
                return late
            time.sleep(0.02)
        raise Failed(f"«{draft['title']}» did not turn at its time")


def in_words(is_seen):
    return "everywhere" if is_seen else "nowhere"


def where(reader, draft):
    """The places where somebody sees a thing."""
    kind, wanted = KINDS[draft["kind"]], node_id(draft)
    path = f"/{kind.section}/{draft['slug']}"
    places = {page for page in PAGES[kind.section] if stands_in(reader, page, path)}
    found = {
        "list": listed(reader, kind),
        "slug": [field(reader.ask(f"query($slug: String!) {{ found: {kind.one}(slug: $slug) {{ id }} }}", slug=draft["slug"]))],
        "node": [field(reader.ask(NODE, id=wanted))],
        "route": [field(reader.ask(ROUTE, path=path))],
        "search": nodes(reader.ask(SEARCH, text=draft["title"], type=kind.type)),
        "suggestions": reader.ask(SUGGEST, text=draft["title"]).data()["searchSuggestions"],
        "changes": copied(reader, kind.type)[0],
    }
    return places | {place for place, things in found.items() if wanted in ids(things)}


def node_id(draft):
    """The id by which readers know what editors have as a draft: the same thing, of another type."""
    octets = base64.urlsafe_b64decode(draft["id"] + "=" * (-len(draft["id"]) % 4))
    return base64.urlsafe_b64encode(KINDS[draft["kind"]].tag + octets[1:]).decode().rstrip("=")


def listed(reader, kind):
    """Everything in the list of a kind, page by page."""
    query = f"query($after: String) {{ {kind.section}(first: 100, after: $after) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    found, after = [], None
    while True:
        page = reader.ask(query, after=after).data()[kind.section]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def copied(reader, type_, since=None):
    """What a phone is told to keep, what to throw away, and the cursor that it goes on from."""
    changed, removed = [], []
    while True:
        page = reader.ask(CHANGES, since=since, type=type_).data()["changes"]
        changed += page["changed"]
        removed += page["removed"]
        since = page["cursor"]
        if not page["hasMore"]:
            return changed, removed, since


def stands_in(reader, page, path):
    """Whether a page of everybody's holds that address of the portal, and not a longer one."""
    status, body = reader.fetch(page)
    expect(status, 200, page)
    return re.search(re.escape(HOST + path) + r"(?![\w-])", body.decode()) is not None


def field(answer):
    """The value of the query's one field."""
    (value,) = answer.data().values()
    return value


def nodes(answer):
    return field(answer)["nodes"]


def ids(things):
    return {thing.get("id") or thing.get("nodeId") for thing in things if thing}
