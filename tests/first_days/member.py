"""Somebody who is a member: what their program asks, whatever the day."""

import json

from client import Client, Tokens
from office import ORGANISATION
from steps import expect, wait_for

REQUEST = """mutation($identifier: String!) { signInCodeRequest(input: { identifier: $identifier }) {
    challenge { id } userErrors { code } } }"""
CONFIRM = """mutation($id: ID!, $code: String!, $device: String!) {
    signInCodeConfirm(input: { challengeId: $id, code: $code, device: { name: $device } }) {
        tokens { accessToken refreshToken } userErrors { code } } }"""
REFRESH = """mutation($token: String!) { sessionRefresh(input: { refreshToken: $token }) {
    tokens { accessToken refreshToken } userErrors { code } } }"""
STEP_UP = """mutation($id: ID!, $code: String!) { stepUp(input: { challengeId: $id, code: $code }) {
    confirmedAt userErrors { code } } }"""
CLAIM = """mutation($organisation: ID!, $number: String!, $surname: String!, $name: String!, $patronymic: String) {
    membershipClaim(input: { organisation: $organisation, cardNumber: $number, surname: $surname,
        givenName: $name, patronymic: $patronymic }) { claim { id state } userErrors { code } } }"""
CARD = """{ viewer { primaryMembership { id status memberSince issuer { shortName }
    card { number holderName holderInitials pass liveCode { code } } } } }"""
CHECK = "query($code: String!) { membershipCardCheck(code: $code) { valid holderInitials issuer } }"
ACCOUNT = "{ viewer { account { id name phone email } } }"
BENEFITS = "{ benefits(first: 100) { nodes { id slug redemption { kind } eligibility { status } } } }"
REDEEM = """mutation($benefit: ID!, $key: ID!) {
    benefitRedeem(input: { benefitId: $benefit, clientMutationKey: $key }) {
        redemption { id kind code url phone text redeemedAt } userErrors { code } } }"""
REPORT = """mutation($benefit: ID!, $comment: String, $key: ID!) {
    benefitNotHonouredReport(input: { benefitId: $benefit, comment: $comment, clientMutationKey: $key }) {
        report { id } userErrors { code } } }"""
STEP_UP_REQUIRED = "STEP_UP_REQUIRED"


class Member(Client):
    """A member's program on one device."""

    def __init__(self, base, address, inbox, headers=None):
        super().__init__(base, address, headers)
        self.inbox = inbox

    def code_to(self, identifier, contact):
        """Asks for a code and waits for the message: the challenge's id and the code."""
        before = len(self.inbox.to(contact))
        challenge = self.done(REQUEST, identifier=identifier)["challenge"]["id"]
        return challenge, self.inbox.wait_for_code(contact, before)

    def sign_in(self, identifier, contact, device):
        challenge, code = self.code_to(identifier, contact)
        self.confirm(challenge, code, device)

    def confirm(self, challenge, code, device):
        self.tokens = Tokens.of(self.done(CONFIRM, id=challenge, code=code, device=device))

    def refresh(self):
        self.tokens = Tokens.of(self.done(REFRESH, token=self.tokens.refresh))

    def step_up(self, contact):
        challenge, code = self.code_to(contact, contact)
        self.done(STEP_UP, id=challenge, code=code)

    def dangerous(self, contact, query, **variables):
        """A mutation that wants a factor shown lately: shows one where it is asked for."""
        payload = self.payload(query, **variables)
        if [error["code"] for error in payload["userErrors"]] == [STEP_UP_REQUIRED]:
            self.step_up(contact)
            payload = self.payload(query, **variables)
        expect(payload["userErrors"], [], query.strip()[:60])
        return payload

    def claim(self, slug, number, surname, name, patronymic=None):
        organisation = self.ask(ORGANISATION, slug=slug).data()["organisation"]["id"]
        return self.done(CLAIM, organisation=organisation, number=number, surname=surname, name=name,
                         patronymic=patronymic)["claim"]

    def membership(self):
        """The membership that holds; None: there is none."""
        return self.ask(CARD).data()["viewer"]["primaryMembership"]

    def check(self, code):
        return self.ask(CHECK, code=code).data()["membershipCardCheck"]

    def benefits(self):
        return self.ask(BENEFITS).data()["benefits"]["nodes"]

    def eligible_benefits(self):
        """Those that are theirs, once the server knows the member."""
        found = wait_for(lambda: [one for one in self.benefits() if status(one) == "ELIGIBLE"], "benefits")
        expect([one["slug"] for one in self.benefits() if status(one) == "SIGN_IN_REQUIRED"], [], "unknown to benefits")
        return found

    def account(self):
        return self.ask(ACCOUNT).data()["viewer"]["account"]

    def is_signed_out(self):
        return self.ask(ACCOUNT).code() == "UNAUTHENTICATED"


def status(benefit):
    return benefit["eligibility"]["status"]


def told(value):
    return json.dumps(value, ensure_ascii=False)
