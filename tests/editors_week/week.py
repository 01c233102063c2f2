"""An editor's week: what staff do, and what a stranger and a member see at each moment.

Arguments: the program, a private folder, the database.
"""

import json
import sys
import time
from datetime import UTC, datetime

import staff_day
from client import Client
from features import benefit_for_members, guide_that_is_true
from inbox import Inbox
from member import Member
from moving import imports_a_feed
from newsroom import Ledger, audited, join, problems
from pictures import png
from readers import Readers, copied, node_id
from server import Server
from speed import UNLIMITED
from steps import Failed, expect, require, step, wait_for

PHONE, CARD, SURNAME, NAME = "+79031112233", "ШКЛ 7", "Читателева", "Анна"
# Long enough for both readers to look everywhere before.
SOON = 8
DRAFTS = "{ drafts { totalCount } }"
CATEGORY = "{ newsCategories { id } }"
FIRST_TITLE = "Собрание первички перенесли на четверг"
FINAL_TITLE = "Собрание первички перенесли на пятницу"
NEW_SLUG = "sobranie-v-pyatnitsu"
WHY = "День назван неверно."
ALT = "Члены профсоюза за круглым столом"


class Week:
    """One installation, its newsroom and two who read."""

    def __init__(self, binary, folder, database):
        self.inbox, self.ledger = Inbox(), Ledger()
        self.server = Server(binary, folder, database, {
            "MFP_SMS_URL": self.inbox.sms_url,
            "MFP_SMTP_URL": self.inbox.smtp_url,
            "MFP_TRUSTED_PROXIES": "127.0.0.1",
            "MFP_DRAIN_SECONDS": "0",
            # Looking for a thing in every place again and again is dear.
            "MFP_ADDRESS_POINTS": UNLIMITED,
            "MFP_ACCOUNT_POINTS": UNLIMITED,
        })

    def play(self):
        staff_day.install(self.server)
        self.admin = staff_day.administrator(self.server)
        self.newsroom_gathers()
        draft = self.a_draft_is_returned()
        draft = self.two_edit_at_once(draft)
        draft = self.a_picture_is_described(draft)
        self.whoever_has_the_link_sees_the_draft(draft)
        shown = self.it_appears_at_its_time(draft)
        other = self.another_is_published_now()
        shown = self.it_is_corrected(shown)
        gone = self.it_is_withdrawn(shown, other)
        self.an_earlier_text_comes_back(gone)
        self.one_goes_at_its_time()
        guide_that_is_true(self.publisher, self.readers, self.school)
        benefit_for_members(self.publisher, self.readers, self.school)
        self.everything_was_noted()
        imports_a_feed(self.publisher)

    def newsroom_gathers(self):
        self.school = self.admin.organisation(staff_day.SCHOOL)
        people = {}
        for number, (name, role) in enumerate([("correspondent", "CORRESPONDENT"), ("editor", "EDITOR"),
                                               ("second", "EDITOR"), ("publisher", "PUBLISHER")]):
            people[name] = join(self.server, self.inbox, self.admin, self.ledger, f"{name}@example.ru", role,
                                f"192.0.2.{20 + number}")
        self.correspondent, self.editor = people["correspondent"], people["editor"]
        self.second, self.publisher = people["second"], people["publisher"]
        stranger = Client(self.server.base, "192.0.2.99")
        self.readers = Readers(stranger, self.somebody_joins())
        self.category = stranger.ask(CATEGORY).data()["newsCategories"][0]["id"]
        step("a correspondent, two editors and a publisher of one organisation join; a stranger and a member read")

    def somebody_joins(self):
        row = [CARD, staff_day.SCHOOL, SURNAME, NAME, "", PHONE, "", "2015-09-01"]
        self.admin.apply(self.admin.stage(staff_day.UNION, [row]))
        member = Member(self.server.base, "198.51.100.7", self.inbox)
        member.sign_in(PHONE, PHONE, "Телефон")
        expect(member.claim(staff_day.SCHOOL, CARD, SURNAME, NAME)["state"], "APPROVED", "the member's claim")
        wait_for(member.membership, "a membership that holds")
        return member

    def article(self, headline, **more):
        """Everything that publishing asks for."""
        return {"organisation": self.school, "headline": headline, "lead": "Начало в шесть вечера.",
                "body": "Собрание пройдёт в **актовом** зале.", "kind": "NEWS", "category": self.category, **more}

    def a_draft_is_returned(self):
        """A draft that lacks nearly everything, and the way to one that lacks nothing."""
        draft = self.correspondent.begin("newsArticle", organisation=self.school, headline=FIRST_TITLE)
        lacks = [(field, "MISSING") for field in ("lead", "body", "kind", "category")]
        expect(problems(draft), lacks, "what the draft lacks")
        self.correspondent.turned_down(draft, "Publish", ["MAY_NOT_PUBLISH"])
        for reader, code in ((self.readers.stranger, "UNAUTHENTICATED"), (self.readers.member, "FORBIDDEN")):
            expect(reader.ask(DRAFTS).code(), code, "drafts, asked for by who only reads")
        self.readers.show("a correspondent begins a draft, and is told of four things that it lacks", draft, stranger=False)
        draft = self.correspondent.go_on(draft, "Submit")
        expect(self.editor.queue(), [draft["id"]], "what waits for review")
        expect(self.editor.dashboard()["waitingForReview"]["totalCount"], 1, "the same on the dashboard")
        self.correspondent.turned_down(draft, "Update", ["IN_REVIEW"], lead="Поздно.")
        draft = self.editor.go_on(draft, "Return", comment="Где и когда?")
        came_back = self.correspondent.dashboard()["returnedToMe"]["nodes"]
        expect(came_back, [{"id": draft["id"], "returnComment": "Где и когда?"}], "what the correspondent's dashboard says")
        mended = self.article(FIRST_TITLE)
        draft = self.correspondent.go_on(draft, "Update", **mended)
        expect(problems(draft), [], "what the draft lacks now")
        draft = self.correspondent.go_on(draft, "Submit")
        expect(draft["returnComment"], None, "the comment, once it is answered")
        self.readers.show("submitted, returned with a comment, mended, submitted again", draft, stranger=False)
        return draft

    def two_edit_at_once(self, draft):
        """The second editor learns what the first wrote, and goes on from there."""
        first = self.editor.go_on(draft, "Update", lead="Начало в семь вечера.")
        refused = self.second.turned_down(draft, "Update", ["CONFLICT"], headline=FINAL_TITLE)
        expect(refused["draft"], None, "a draft in a conflict's answer")
        current = refused["current"]
        expect((current["version"], current["title"]), (first["version"], FIRST_TITLE), "the version that the second is shown")
        draft = self.second.go_on({**current, "kind": "newsArticle"}, "Update", tags=["собрание"])
        self.readers.show("of two editors at once the second is shown what the first wrote, and goes on from it", draft, stranger=False)
        return draft

    def a_picture_is_described(self, draft):
        picture = self.editor.upload_picture(png(300, 200, 20), name="собрание.png")
        draft = self.editor.go_on(draft, "Update", cover=picture["id"])
        expect(problems(draft), [("cover", "ALT_MISSING")], "a picture that nothing describes")
        self.publisher.turned_down(draft, "Publish", ["ALT_MISSING"])
        self.editor.describe(picture, ALT)
        draft = self.editor.read_again(draft)
        expect((problems(draft), draft["cover"]["alt"]), ([], ALT), "the picture, described")
        self.readers.show("a cover is uploaded, and keeps the draft back until somebody describes it", draft, stranger=False)
        return draft

    def whoever_has_the_link_sees_the_draft(self, draft):
        path, stranger = self.editor.preview_path(draft), self.readers.stranger
        status, page = stranger.send(path, {"Accept": "text/html"}, None)
        require(status == 200 and FIRST_TITLE in page.decode(), "a page of the draft")
        status, shown = stranger.send(path, {"Accept": "application/json"}, None)
        shown = json.loads(shown)
        expect((status, shown["title"], shown["state"]), (200, FIRST_TITLE, "IN_REVIEW"), "the draft for the portal")
        require(shown["coverUrl"], "its cover")
        expect(stranger.send(path[:-1] + ("1" if path[-1] == "0" else "0"), {}, None)[0], 404, "an altered link")
        self.readers.show("a link shows the draft to whoever has it, an altered one does not", draft, stranger=False)

    def it_appears_at_its_time(self, draft):
        self.editor.turned_down(draft, "Publish", ["MAY_NOT_PUBLISH"])
        at = in_seconds(SOON)
        draft = self.publisher.go_on(draft, "Publish", at=written(at))
        expect(draft["state"], "SCHEDULED", "the draft's state")
        planned = [one["id"] for one in self.publisher.dashboard()["scheduled"]["nodes"]]
        expect(planned, [draft["id"]], "what the dashboard has for later")
        self.readers.show(f"scheduled {SOON} seconds ahead", draft, stranger=False)
        late = self.readers.turns(draft, True, at)
        self.ledger.note(draft["id"], "content.publish")
        shown = self.publisher.read_again(draft)
        expect((shown["state"], shown["isPublished"]), ("PUBLISHED", True), "the draft's state after its time")
        expect(self.readers.article(shown["slug"])["cover"], {"alt": ALT}, "the cover that readers see")
        self.readers.show(f"it appears by itself {late:.2f} s after its time", shown, stranger=True)
        return shown

    def another_is_published_now(self):
        draft = self.publisher.begin("newsArticle", **self.article("Кружок шахмат набирает новую группу"))
        self.readers.show("another article is written", draft, stranger=False)
        shown = self.publisher.go_on(draft, "Publish")
        again = self.publisher.payload_of("newsArticle", "Publish", {"id": draft["id"], "version": draft["version"]})
        expect((again["userErrors"], again["draft"]["version"]), ([], shown["version"]), "the same publication asked for again")
        self.readers.show("published now; asking again changes nothing", shown, stranger=True)
        return shown

    def it_is_corrected(self, shown):
        before, old_path = self.readers.article(shown["slug"]), f"/news/{shown['slug']}"
        draft = self.publisher.go_on(shown, "Update", headline=FINAL_TITLE, slug=NEW_SLUG, correction=WHY)
        expect((draft["state"], draft["isPublished"]), ("DRAFT", True), "a draft beside what is published")
        expect(self.readers.article(shown["slug"]), before, "what readers see while it is corrected")
        step("while it is being corrected, readers see what was published")
        corrected = self.publisher.go_on(draft, "Publish")
        after = self.readers.article(NEW_SLUG)
        expect((after["headline"], after["correction"]), (FINAL_TITLE, {"text": WHY}), "the corrected article")
        expect(after["publishedAt"], before["publishedAt"], "when it was first published")
        require(after["updatedAt"] > before["updatedAt"], "it says that it was changed")
        expect(self.readers.route(old_path), {"__typename": "Moved", "to": f"/news/{NEW_SLUG}"}, "the old address")
        self.readers.show("corrected; its old address leads on to the new one", corrected, stranger=True)
        return corrected

    def it_is_withdrawn(self, shown, instead):
        stranger = self.readers.stranger
        _, _, cursor = copied(stranger, "NEWS_ARTICLE")
        self.publisher.turned_down(shown, "Withdraw", ["EXPLANATION_REQUIRED"], explanation=" ")
        gone = self.publisher.go_on(shown, "Withdraw", explanation=WHY, replacementId=instead["id"])
        notice = {"__typename": "Withdrawn", "explanation": WHY, "replacement": {"slug": instead["slug"]}}
        expect(self.readers.route(f"/news/{NEW_SLUG}"), notice, "what stands where it stood")
        _, removed, _ = copied(stranger, "NEWS_ARTICLE", cursor)
        expect(removed, [{"id": node_id(shown), "reason": "WITHDRAWN"}], "what a phone is told to throw away")
        expect(self.publisher.dashboard()["withdrawnLast30Days"], 1, "what the dashboard says of it")
        self.readers.show("withdrawn: its address says why and what to read instead, phones throw it away", gone, stranger=False)
        return gone

    def an_earlier_text_comes_back(self, gone):
        history = self.publisher.revisions(gone)
        first = next(one for one in history if one["title"] == FIRST_TITLE and one["publishedAt"])
        changed = {one["field"] for one in history[0]["differences"]}
        require({"headline", "correction", "slug"} <= changed, f"history tells what the correction changed, {changed}")
        draft = self.publisher.go_on(gone, "RestoreRevision", revision=first["number"])
        expect((draft["title"], draft["isPublished"]), (FIRST_TITLE, False), "the restored draft")
        self.readers.show(f"revision {first['number']} of {len(history)} becomes the draft again", draft, stranger=False)
        back = self.publisher.go_on(draft, "Publish", changeNote="Верно было сначала")
        expect(self.readers.article(back["slug"])["headline"], FIRST_TITLE, "the headline that readers see")
        self.readers.show("published again, as it was at first", back, stranger=True)

    def one_goes_at_its_time(self):
        at = in_seconds(2 * SOON)
        wanted = self.article("Запись на экскурсию идёт до вечера", unpublishAt=written(at))
        draft = self.publisher.begin("newsArticle", **wanted)
        shown = self.publisher.go_on(draft, "Publish")
        self.readers.show("an article with an end is published", shown, stranger=True)
        late = self.readers.turns(shown, False, at)
        self.ledger.note(shown["id"], "content.archive")
        self.readers.show(f"it goes by itself {late:.2f} s after its end", shown, stranger=False)

    def everything_was_noted(self):
        """The dashboard is empty, and the audit log says what the ledger does."""
        expect(self.editor.queue(), [], "what waits for review at the end")
        for thing in self.ledger.things():
            expect(audited(self.admin, thing), self.ledger.of(thing), f"what the audit log says of {thing}")
        kinds = len({action for _, action in self.ledger.entries})
        step(f"the audit log has the week's {len(self.ledger.entries)} steps, of {kinds} kinds, in order, and no other")

    def ends(self):
        expect(self.server.stop(), 0, "the exit code after SIGTERM")
        verified = self.server.run_well("audit", "verify").said.splitlines()
        step(f"audit verify: {'; '.join(verified)}")


def in_seconds(seconds):
    """That instant, to the millisecond."""
    return round(time.time() + seconds, 3)


def written(instant):
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main():
    week = Week(*sys.argv[1:])
    try:
        week.play()
        week.ends()
    except Failed as failure:
        print(f"FAILED: {failure}", flush=True)
        return 1
    finally:
        week.server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
