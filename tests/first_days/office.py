"""What people of staff do, however their day goes: joining, rosters, claims, memberships."""

import csv
import io

from client import Client, Tokens
from steps import expect, require, wait_for
from totp import Authenticator

PASSWORD = "четыре лошади жуют скрепку"
COLUMNS = ["Номер билета", "Организация", "Фамилия", "Имя", "Отчество", "Телефон", "Почта", "В профсоюзе с"]

ACCEPT = """mutation($token: String!, $password: String!) {
    staffInvitationAccept(input: { token: $token, password: $password, device: { name: "Кабинет" } }) {
        tokens { accessToken refreshToken } userErrors { code } } }"""
ENROL = "mutation { totpEnrol { enrolment { secret uri } userErrors { code } } }"
CONFIRM = "mutation($code: String!) { totpConfirm(input: { code: $code }) { recoveryCodes userErrors { code } } }"
STEP_UP = "mutation($code: String!) { stepUp(input: { code: $code }) { confirmedAt userErrors { code } } }"
IMPORT = """query($id: ID!) { memberImport(id: $id) {
    id state lines good bad added updated unchanged problems { line column code message } } }"""
APPLY = """mutation($id: ID!) { memberImportApply(input: { id: $id }) {
    memberImport { id state added updated } userErrors { code } } }"""
MEMBERS = """query($organisation: ID, $number: String) {
    members(filter: { organisation: $organisation, cardNumber: $number }) {
        totalCount nodes { id maskedName cardNumber status statusReason hasAccount } } }"""
CLAIMS = """{ membershipClaims(queue: ALL, first: 100) { totalCount nodes {
    claim { id state } claimedName claimedCardNumber maskedPhone } } }"""
REJECT = """mutation($id: ID!, $reason: String!) {
    membershipReject(input: { claimId: $id, reason: $reason }) { claim { state } userErrors { code } } }"""
SUSPEND = """mutation($id: ID!, $reason: String!) {
    membershipSuspend(input: { membershipId: $id, reason: $reason }) { member { status } userErrors { code } } }"""
RESTORE = SUSPEND.replace("membershipSuspend", "membershipRestore")
ORGANISATION = "query($slug: String!) { organisation(slug: $slug) { id } }"


class Staff(Client):
    """Somebody of staff at their desk."""

    authenticator = None

    def accept(self, token):
        self.tokens = Tokens.of(self.done(ACCEPT, token=token, password=PASSWORD))

    def connect_app(self):
        """Connects an app of one-time codes and returns the recovery codes."""
        self.authenticator = Authenticator(self.done(ENROL)["enrolment"]["secret"])
        return self.done(CONFIRM, code=self.authenticator.code())["recoveryCodes"]

    def step_up(self):
        require(self.done(STEP_UP, code=self.authenticator.code())["confirmedAt"], "a time of the step-up")

    def stage(self, union, rows):
        """Uploads a roster and waits until it is read."""
        sent = self.upload(union, roster(rows))
        expect(sent.status, 202, f"the upload of a roster ({sent.body})")
        import_id = sent.body["memberImport"]["id"]
        return wait_for(lambda: self.read_import(import_id), "the roster is read")

    def read_import(self, import_id):
        found = self.ask(IMPORT, id=import_id).data()["memberImport"]
        return None if found["state"] == "READING" else found

    def apply(self, staged):
        expect(staged["state"], "STAGED", "a roster that can be applied")
        return self.done(APPLY, id=staged["id"])["memberImport"]

    def members(self, organisation=None, number=None):
        return self.ask(MEMBERS, organisation=organisation, number=number).data()["members"]

    def claims(self):
        return self.ask(CLAIMS).data()["membershipClaims"]["nodes"]

    def organisation(self, slug):
        return self.ask(ORGANISATION, slug=slug).data()["organisation"]["id"]


def roster(rows):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()
