"""People who write, review and publish, and a ledger of what they did, which the audit log must match."""

import base64
import json
import urllib.parse
import uuid

import staff_day
from client import Answer
from office import Staff
from steps import expect, require

# What every draft has, and what each kind's has besides.
META = "id state version slug isPublished revision returnComment publishAt problems { field code }"
OWN = {
    "newsArticle": "title: headline cover { url alt } published { title: headline }",
    "benefit": "title published { title }",
    "serviceGuide": "title nextReviewAt published { title }",
}
# Steps whose input is the same for every kind; the others have one of each kind's own.
SHARED_INPUTS = {
    "Submit": "ContentStepInput",
    "Return": "ContentReturnInput",
    "Publish": "ContentPublishInput",
    "Withdraw": "ContentWithdrawInput",
    "RestoreRevision": "ContentRestoreInput",
}
# What the audit log calls a step.
ACTIONS = {
    "Create": "content.create",
    "Update": "content.save",
    "Submit": "content.submit",
    "Return": "content.return",
    "Publish": "content.publish",
    "Withdraw": "content.withdraw",
    "RestoreRevision": "content.restore",
    "ConfirmChecked": "content.confirm_checked",
}
PREVIEW = "query($id: ID!) { previewLink(id: $id) { url } }"
QUEUE = "{ reviewQueue { nodes { ... on NewsArticleDraft { id } } } }"
REVISIONS = """query($id: ID!) { contentRevisions(id: $id, first: 50) { nodes {
    number title isCurrent publishedAt differences { field before after } } } }"""
DASHBOARD = """{ dashboard { waitingForReview { totalCount nodes { id } } myDrafts { totalCount }
    returnedToMe { nodes { id returnComment } } scheduled { nodes { id } } withdrawnLast30Days } }"""
AUDIT = """query($object: String!) { auditLog(first: 100, filter: { objectId: $object }) {
    nodes { action actorRole } } }"""
DESCRIBE = """mutation($id: ID!, $alt: String!) { mediaAssetUpdate(input: { id: $id, alt: $alt, version: 1 }) {
    mediaAsset { alt } userErrors { code } } }"""


class Ledger:
    """What was done, oldest first."""

    def __init__(self):
        self.entries = []

    def note(self, thing, action):
        self.entries.append((thing, action))

    def of(self, thing):
        return [action for other, action in self.entries if other == thing]

    def things(self):
        return list(dict.fromkeys(thing for thing, _ in self.entries))


class Writer(Staff):
    """Somebody at a desk of the newsroom."""

    def __init__(self, base, address, ledger):
        super().__init__(base, address)
        self.ledger = ledger

    def begin(self, kind, /, **fields):
        """A new draft, with the kind under `kind`, as all that follow."""
        key = str(uuid.uuid4())
        return self.written(kind, "Create", {"clientMutationKey": key, **fields})

    def go_on(self, draft, step, /, **fields):
        """The draft after a step that nothing stands against."""
        return self.written(draft["kind"], step, {**seen(draft), **fields})

    def written(self, kind, step, fields):
        payload = self.payload_of(kind, step, fields)
        expect(payload["userErrors"], [], f"{kind}{step}")
        draft = payload["draft"]
        self.ledger.note(draft["id"], "content.schedule" if "at" in fields else ACTIONS[step])
        return {**draft, "kind": kind}

    def turned_down(self, draft, step, codes, /, **fields):
        """The payload of a step that is refused with these codes."""
        payload = self.payload_of(draft["kind"], step, {**seen(draft), **fields})
        expect([error["code"] for error in payload["userErrors"]], codes, f"{draft['kind']}{step}")
        return payload

    def payload_of(self, kind, step, fields):
        named = kind[0].upper() + kind[1:]
        shape = f"{META} {OWN[kind]}"
        query = f"""mutation($input: {SHARED_INPUTS.get(step, f"{named}{step}Input")}!) {{
            {kind}{step}(input: $input) {{ draft {{ {shape} }} current {{ {shape} }} userErrors {{ code field }} }} }}"""
        return self.payload(query, input=fields)

    def read_again(self, draft):
        named = draft["kind"][0].upper() + draft["kind"][1:]
        query = f"query($id: ID!) {{ draft(id: $id) {{ ... on {named}Draft {{ {META} {OWN[draft['kind']]} }} }} }}"
        return {**self.ask(query, id=draft["id"]).data()["draft"], "kind": draft["kind"]}

    def queue(self):
        return [one["id"] for one in self.ask(QUEUE).data()["reviewQueue"]["nodes"]]

    def dashboard(self):
        return self.ask(DASHBOARD).data()["dashboard"]

    def revisions(self, draft):
        """The newest first."""
        return self.ask(REVISIONS, id=draft["id"]).data()["contentRevisions"]["nodes"]

    def preview_path(self, draft):
        url = self.ask(PREVIEW, id=draft["id"]).data()["previewLink"]["url"]
        return urllib.parse.urlparse(url).path

    def send_file(self, purpose, content_type, file, **more):
        """Sends a file for the school."""
        query = urllib.parse.urlencode({"purpose": purpose, "organisation": staff_day.SCHOOL, **more})
        status, answer = self.send(f"/uploads?{query}", {"Content-Type": content_type}, file)
        return Answer(status, json.loads(answer))

    def upload_picture(self, file, **more):
        sent = self.send_file("image", "image/png", file, **more)
        expect(sent.status, 201, f"the upload of a picture ({sent.body})")
        return sent.body["mediaAsset"]

    def describe(self, picture, alt):
        expect(self.done(DESCRIBE, id=picture["id"], alt=alt)["mediaAsset"]["alt"], alt, "what describes the picture")


def join(server, inbox, admin, ledger, email, role, address):
    """Somebody of the school's newsroom, invited by e-mail."""
    admin.done(staff_day.INVITE, email=email, role=role, scope={"organisation": admin.organisation(staff_day.SCHOOL)})
    person = Writer(server.base, address, ledger)
    person.accept(inbox.wait(email, 0).strip().rsplit("#")[-1])
    person.connect_app()
    return person


def audited(admin, thing):
    """What the audit log says was done to something, oldest first."""
    octets = base64.urlsafe_b64decode(thing + "=" * (-len(thing) % 4))
    nodes = admin.ask(AUDIT, object=str(uuid.UUID(bytes=octets[1:]))).data()["auditLog"]["nodes"]
    require(nodes, f"nothing in the audit log of {thing}")
    return [node["action"] for node in reversed(nodes)]


def seen(draft):
    """Names a draft in the version that was seen."""
    return {"id": draft["id"], "version": draft["version"]}


def problems(draft):
    return [(".".join(problem["field"]), problem["code"]) for problem in draft["problems"]]
