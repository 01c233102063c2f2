"""A first day of a member: in, a card, benefits, one's own data, out for good."""

import base64
import io
import json
import urllib.parse
import zipfile

import card_pass
import staff_day
from member import CHECK, CONFIRM, REDEEM, REFRESH, REPORT, REQUEST, Member, told
from office import REJECT, RESTORE, SUSPEND
from steps import expect, require, step, wait_for

SAVE = "mutation($id: ID!) { savedItemAdd(input: { id: $id }) { savedItemId userErrors { code } } }"
SAVED = "{ viewer { saved { totalCount } redemptions { totalCount } } }"
PROFILE = """mutation($name: String) { memberProfileUpdate(input: { name: $name }) {
    account { name } userErrors { code } } }"""
CHANGE_CONTACT = """mutation($identifier: String!) { contactChangeRequest(input: { identifier: $identifier }) {
    challenge { id } userErrors { code } } }"""
CONFIRM_CONTACT = """mutation($id: ID!, $code: String!) {
    contactChangeConfirm(input: { challengeId: $id, code: $code }) { account { phone email } userErrors { code } } }"""
TEXTS = "{ appConfig(platform: IOS, version: \"1.0\") { consents { purpose textHash } } }"
CONSENT = """mutation($purpose: String!, $hash: String!) {
    consentGrant(input: { purpose: $purpose, textHash: $hash }) { consent { isGranted } userErrors { code } } }"""
OWN_CLAIMS = "{ viewer { membershipClaims { state decisionReason } } }"
REPORTS = "{ benefitReports { nodes { id comment state } } }"
CONFIRM_REPORT = """mutation($id: ID!) { benefitReportConfirm(input: { reportId: $id }) {
    report { state } userErrors { code } } }"""
EXPORT = "mutation { personalDataExport { export { id state } userErrors { code } } }"
EXPORTS = "{ viewer { personalDataExports { state url } } }"
ERASE = "mutation { accountErase { erasure { dueAt } userErrors { code } } }"


class MemberDay:
    """The member on a telephone and a tablet, and everything of theirs as it is planted."""

    def __init__(self, server, inbox, marked):
        self.marked, self.plant, self.inbox = marked, marked.planted, inbox
        headers = {"X-Client": f"{marked.program}/7.7.1", "User-Agent": marked.agent}
        self.phone = Member(server.base, marked.address, inbox, headers)
        headers = {"X-Client": f"{marked.other_program}/7.7.1", "User-Agent": marked.agent}
        self.tablet = Member(server.base, marked.other_address, inbox, headers)

    def mistakes(self):
        """What is typed before the right thing."""
        marked, phone = self.marked, self.phone
        for wrong in [marked.nonsense, marked.landline]:
            expect(phone.refused(REQUEST, identifier=wrong), "INVALID_IDENTIFIER", wrong)
        challenge = phone.done(REQUEST, identifier=marked.unknown_email)["challenge"]["id"]
        expect(phone.refused(CONFIRM, id=challenge, code=marked.wrong_code, device=marked.device), "CODE_INVALID", "a code")
        bad = phone.ask(CONFIRM, id=marked.wrong_challenge, code="1", device=marked.device)
        expect(bad.code(), "BAD_USER_INPUT", "a challenge that is none")
        expect(phone.refused(REFRESH, token=marked.wrong_token), "REFRESH_TOKEN_INVALID", "a refresh token that is none")
        phone.ask("query($q: String!) { search(query: $q, first: 1) { nodes { __typename } } }", q=marked.question).data()
        phone.send("/graphql?" + urllib.parse.urlencode({"query": "{ newsCategories { slug } }", "variables": told(
            {"q": marked.question})}), {"X-Request-Id": marked.request_id}, None)
        step("nonsense, a landline, an unknown mailbox and a wrong token are refused as they should be")

    def arrives(self):
        marked = self.marked
        challenge, code = self.phone.code_to(marked.phone.spoken, marked.phone.whole)
        wrong = "000000" if code != "000000" else "111111"
        expect(self.phone.refused(CONFIRM, id=challenge, code=wrong, device=marked.device), "CODE_INVALID", "a wrong code")
        self.phone.confirm(challenge, code, marked.device)
        self.keep_tokens("telephone", self.phone)
        self.tablet.sign_in(marked.phone.spaced, marked.phone.whole, marked.other_device)
        self.keep_tokens("tablet", self.tablet)
        self.tablet.refresh()
        self.keep_tokens("tablet, refreshed", self.tablet)
        expect(self.tablet.account()["phone"], marked.phone.whole, "the account's phone")
        step("a wrong code is refused, the right one signs in, on the tablet too; its session goes on")

    def keep_tokens(self, where, client):
        tokens = client.tokens
        self.plant.text("made by the server", f"access token of the {where}", tokens.access, tokens.access.split(".")[2])
        self.plant.text("made by the server", f"refresh token of the {where}", tokens.refresh)
        self.plant.key("ids of rows", f"session of the {where}", claims_of(tokens.access)["sid"])

    def rejected_claims(self, officer):
        for claim, reason in zip(self.marked.claims, self.marked.rejections, strict=True):
            made = self.phone.claim(staff_day.SCHOOL, **claim)
            expect(made["state"], "PENDING", "a claim to a card that the roster does not have")
            seen = [one for one in officer.claims() if one["claim"]["id"] == made["id"]]
            expect([one["claimedCardNumber"] for one in seen], [claim["number"]], "the number that the officer sees")
            require(seen[0]["claimedName"].startswith(claim["surname"]), "the officer sees the claimed name")
            expect(officer.done(REJECT, id=made["id"], reason=reason)["claim"]["state"], "REJECTED", "the claim")
        own = self.phone.ask(OWN_CLAIMS).data()["viewer"]["membershipClaims"]
        expect({claim["decisionReason"] for claim in own}, set(self.marked.rejections), "the reasons that the member reads")
        step("two claims with other numbers and names wait, are rejected, and the member reads why")

    def becomes_a_member(self, officer, second):
        marked = self.marked
        number = marked.card_number.lower().replace("-", " ")
        made = self.phone.claim(staff_day.SCHOOL, number, marked.surname, marked.given_name, marked.patronymic)
        expect(made["state"], "APPROVED", "a claim to the roster's own card from the roster's own phone")
        rows = [staff_day.line(marked, marked.later_surname, marked.later_email), second.line()]
        staged = officer.stage(staff_day.UNION, rows)
        expect((staged["updated"], staged["unchanged"]), (1, 1), "lines changed and as they were")
        officer.apply(staged)
        step("the claim by card number and phone is approved at once; a later roster brings another surname")

    def is_suspended(self, officer):
        membership = self.phone.membership()
        code = membership["card"]["liveCode"]["code"]
        expect(officer.done(SUSPEND, id=membership["id"], reason=self.marked.suspension)["member"]["status"], "SUSPENDED", "status")
        expect(self.phone.check(code)["valid"], False, "a suspended card at the till")
        expect(self.phone.membership(), None, "a membership that holds")
        expect(officer.done(RESTORE, id=membership["id"], reason=self.marked.restoration)["member"]["status"], "ACTIVE", "status")
        step("suspended, the card is refused at the till; restored, it is there again")
        return membership["id"]

    def shows_the_card(self, cashier):
        """The card on the screen, checked at the till and by a scanner without a network."""
        marked = self.marked
        membership = self.phone.membership()
        card = membership["card"]
        name = f"{marked.later_surname} {marked.given_name} {marked.patronymic}"
        expect((card["number"], card["holderName"]), (marked.card_number, name), "the card")
        self.pass_, self.code = card["pass"], card["liveCode"]["code"]
        other = self.tablet.membership()["card"]["pass"]
        for which, text in [("telephone", self.pass_), ("tablet", other)]:
            self.plant.text("made by the server", f"pass of the {which}", text)
        self.plant.text("made by the server", "live code", self.code, self.code.replace("-", ""))
        checked = {"valid": True, "holderInitials": card["holderInitials"], "issuer": membership["issuer"]["shortName"]}
        for text in [self.pass_, self.code, self.code.lower().replace("-", " ")]:
            expect(cashier.ask(CHECK, code=text).data()["membershipCardCheck"], checked, "a good card at the till")
        self.refuses_others(cashier)
        found = self.verified_offline(cashier)
        expect((found.initials, found.union), (card["holderInitials"], checked["issuer"]), "what the pass says")
        self.plant.number("random numbers", "the card's", found.serial)
        step(f"the card is shown; a till takes code and pass and sees «{found.initials}», «{found.union}»")

    def refuses_others(self, cashier):
        altered = self.pass_[:-3] + ("AAA" if self.pass_[-3:] != "AAA" else "BBB")
        middle = self.pass_[:150] + ("A" if self.pass_[150] != "A" else "B") + self.pass_[151:]
        swapped = ("0" if self.code[0] != "0" else "1") + self.code[1:]
        for text in [altered, middle, swapped, self.marked.wrong_pass, "", "PF1:", self.pass_ * 2]:
            checked = cashier.ask(CHECK, code=text).data()["membershipCardCheck"]
            expect(checked, {"valid": False, "holderInitials": None, "issuer": None}, f"«{text[:20]}» at the till")

    def verified_offline(self, cashier):
        """The pass as a scanner reads it that has fetched the keys once."""
        status, answer = cashier.fetch("/.well-known/card-keys.json")
        expect(status, 200, "the keys of cards")
        keys = json.loads(answer)["keys"]
        found = card_pass.verify(self.pass_, keys)
        require(found, "the pass does not verify without the server")
        altered = self.pass_[:60] + ("A" if self.pass_[60] != "A" else "B") + self.pass_[61:]
        expect(card_pass.verify(altered, keys), None, "an altered pass without the server")
        strangers = [{**key, "x": base64.urlsafe_b64encode(bytes(32)).decode()} for key in keys]
        expect(card_pass.verify(self.pass_, strangers), None, "a pass by somebody else's key")
        return found

    def uses_benefits(self):
        """One of each kind, each asked for twice."""
        eligible = self.phone.eligible_benefits()
        kinds = {}
        for benefit in eligible:
            kinds.setdefault(benefit["redemption"]["kind"], []).append(benefit)
        given = [kind for kind in sorted(kinds) if self.redeem(kind, kinds[kind][0])]
        require(len(given) > 2, f"more than two kinds of benefits could be redeemed, only {given}")
        self.benefit, self.other_benefit = eligible[0], eligible[1]
        step(f"{len(eligible)} benefits are for the member; redeemed, twice each with the same answer: {', '.join(given)}")

    def redeem(self, kind, benefit):
        """Whether it was given: in production a pool of codes is empty until somebody fills it."""
        key = self.plant.key("client's keys", f"redemption of {kind}")
        payload = self.phone.payload(REDEEM, benefit=benefit["id"], key=key)
        if kind == "UNIQUE_CODE" and payload["userErrors"]:
            expect([error["code"] for error in payload["userErrors"]], ["NO_CODES_LEFT"], "a pool without codes")
            return False
        expect(payload["userErrors"], [], f"a redemption of {kind}")
        expect(payload["redemption"]["kind"], kind, "the kind")
        expect(self.tablet.payload(REDEEM, benefit=benefit["id"], key=key), payload, "the same key again, from the tablet")
        if kind == "UNIQUE_CODE":
            self.plant.text("made by the server", "code of a benefit", payload["redemption"]["code"])
        return True

    def keeps_and_reports(self, admin):
        self.phone.done(SAVE, id=self.benefit["id"])
        self.phone.done(SAVE, id=self.benefit["id"])
        counts = self.phone.ask(SAVED).data()["viewer"]
        expect(counts["saved"]["totalCount"], 1, "saved things")
        for benefit, comment in [(self.benefit, self.marked.comment), (self.other_benefit, self.marked.later_comment)]:
            key = self.plant.key("client's keys", "report")
            reported = self.phone.done(REPORT, benefit=benefit["id"], comment=comment, key=key)
            again = self.phone.done(REPORT, benefit=benefit["id"], comment=comment, key=key)
            expect(again, reported, "the same report again")
        bad = self.phone.ask(REPORT, benefit=self.benefit["id"], comment=None, key=self.marked.wrong_key)
        expect(bad.code(), "BAD_USER_INPUT", "a key that is no UUID")
        seen = admin.ask(REPORTS).data()["benefitReports"]["nodes"]
        expect({one["comment"] for one in seen}, {self.marked.comment, self.marked.later_comment}, "the comments")
        confirmed = admin.done(CONFIRM_REPORT, id=seen[0]["id"])["report"]["state"]
        expect(confirmed, "CONFIRMED", "the report")
        step("a benefit is saved; two that were not honoured are reported, staff read the comments and confirm one")

    def changes_the_profile(self):
        marked = self.marked
        for name in [marked.name, marked.later_name]:
            expect(self.phone.done(PROFILE, name=name)["account"]["name"], name, "the name")
        self.change_contact(marked.email, marked.email)
        self.change_contact(marked.changed_email, marked.changed_email)
        self.change_contact(marked.later_phone.spoken, marked.later_phone.whole)
        account = self.phone.account()
        contacts = (account["name"], account["phone"], account["email"])
        expect(contacts, (marked.later_name, marked.later_phone.whole, marked.changed_email), "the account")
        wait_for(lambda: "сменили" in "".join(self.inbox.to(marked.phone.whole)), "the old phone is told of the change")
        self.plant.text("ids of rows", "account, as clients see it", account["id"])
        self.plant.key("ids of rows", "account", claims_of(self.phone.tokens.access)["sub"])
        self.consents()
        step("the name is changed, an e-mail added and changed, the phone changed, and the old ones are told; consents")

    def change_contact(self, identifier, contact):
        before = len(self.inbox.to(contact))
        asked = self.phone.dangerous(self.marked.phone.whole, CHANGE_CONTACT, identifier=identifier)
        code = self.inbox.wait_for_code(contact, before)
        self.phone.done(CONFIRM_CONTACT, id=asked["challenge"]["id"], code=code)

    def consents(self):
        text = self.phone.ask(TEXTS).data()["appConfig"]["consents"][0]
        granted = self.phone.done(CONSENT, purpose=text["purpose"], hash=text["textHash"])
        require(granted["consent"]["isGranted"], "a consent is granted")
        wrong = self.phone.refused(CONSENT, purpose=self.marked.wrong_purpose, hash=text["textHash"])
        expect(wrong, "PURPOSE_NOT_FOUND", "a purpose that is none")

    def takes_a_copy(self):
        """The archive of one's own data, as text."""
        contact = self.marked.later_phone.whole
        self.phone.step_up(contact)
        asked = self.phone.dangerous(contact, EXPORT)
        self.plant.text("made by the server", "id of the copy", asked["export"]["id"])
        url = wait_for(self.url_of_copy, "the copy is ready")
        self.plant.text("made by the server", "address of the copy", url)
        path = urllib.parse.urlparse(url).path
        tokens, self.phone.tokens = self.phone.tokens, None
        expect(self.phone.fetch(path)[0], 401, "the copy asked for by a stranger")
        self.phone.tokens = tokens
        status, archive = self.phone.fetch(path)
        expect(status, 200, "the copy")
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            expect(sorted(files.namelist()), ["README.txt", "data.json"], "files of the copy")
            return files.read("data.json").decode()

    def url_of_copy(self):
        (export,) = self.phone.ask(EXPORTS).data()["viewer"]["personalDataExports"]
        return export["url"] if export["state"] == "READY" else None

    def is_erased(self, officer, cashier, second):
        """Erasure, and what everybody sees afterwards."""
        marked = self.marked
        self.phone.dangerous(marked.later_phone.whole, ERASE)
        for client in [self.phone, self.tablet]:
            wait_for(client.is_signed_out, "the session ends", 30)
            expect(client.refused(REFRESH, token=client.tokens.refresh), "REFRESH_TOKEN_INVALID", "going on with it")
        for text in [self.pass_, self.code]:
            expect(cashier.ask(CHECK, code=text).data()["membershipCardCheck"]["valid"], False, "the erased card")
        expect(officer.members(number=marked.card_number)["totalCount"], 0, "the erased member in the roster")
        expect(officer.members()["totalCount"], 1, "members that remain")
        expect([one for one in officer.claims() if one["claimedCardNumber"] != second.card_number], [], "claims that remain")
        step("erased: sessions and card end, roster and claims are empty of the member")


def claims_of(token):
    """What an access token says."""
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


class Second:
    """A member who stays."""

    surname, given_name, phone, card_number = "Оставшаяся", "Анна", "+79031234567", "СТЛ 77"

    def __init__(self, server, inbox):
        self.client = Member(server.base, "198.51.100.7", inbox)

    def line(self):
        return [self.card_number, staff_day.SCHOOL, self.surname, self.given_name, "", self.phone, "", "2015-09-01"]

    def joins(self):
        """Becomes a member, and claims a card of another union besides: returns that claim's id."""
        self.client.sign_in(self.phone, self.phone, "Телефон")
        made = self.client.claim(staff_day.SCHOOL, self.card_number, self.surname, self.given_name)
        expect(made["state"], "APPROVED", "the second member's claim")
        step("a second member joins, who will stay")
        return self.client.claim(staff_day.HOSPITAL, "ЗДР 2", self.surname, self.given_name)["id"]

    def is_still_there(self, cashier):
        card = self.client.membership()["card"]
        expect(card["holderName"], f"{self.surname} {self.given_name}", "the second member's card")
        found = cashier.ask(CHECK, code=card["pass"]).data()["membershipCardCheck"]
        expect((found["valid"], found["holderInitials"]), (True, "О. А."), "their pass at the till")
        require(self.client.eligible_benefits(), "their benefits")
        step("the second member still has card and benefits")
