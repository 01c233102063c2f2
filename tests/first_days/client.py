"""Somebody's program: asks GraphQL, sends files, fetches them."""

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from steps import Failed, expect

SLOWEST_ANSWER = 20


@dataclass
class Answer:
    """An answer to a GraphQL request."""

    status: int
    body: dict

    def data(self):
        if self.body.get("errors"):
            raise Failed(f"errors where data should be: {json.dumps(self.body, ensure_ascii=False)[:600]}")
        return self.body["data"]

    def code(self):
        """The code of the first error; None: there is none."""
        errors = self.body.get("errors") or [{}]
        return errors[0].get("extensions", {}).get("code")


@dataclass
class Tokens:
    access: str
    refresh: str

    @classmethod
    def of(cls, payload):
        tokens = payload["tokens"]
        if not tokens:
            raise Failed(f"no tokens in {payload}")
        return cls(tokens["accessToken"], tokens["refreshToken"])


class Client:
    """A program at an address, with its credentials once somebody has signed in."""

    def __init__(self, base, address, headers=None):
        self.base = base
        # The server trusts this machine to say where a request comes from, as it would a balancer.
        self.headers = {"X-Forwarded-For": address, **(headers or {})}
        self.tokens = None

    def ask(self, query, **variables):
        body = json.dumps({"query": query, "variables": variables}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
        status, answer = self.send("/graphql", headers, body)
        return Answer(status, json.loads(answer))

    def payload(self, query, **variables):
        """The payload of the query's one mutation."""
        data = self.ask(query, **variables).data()
        (payload,) = data.values()
        return payload

    def done(self, query, **variables):
        """The payload of a mutation that must succeed."""
        payload = self.payload(query, **variables)
        expect(payload["userErrors"], [], query.strip()[:60])
        return payload

    def refused(self, query, **variables):
        """The code of the user error that a mutation must give."""
        payload = self.payload(query, **variables)
        if len(payload["userErrors"]) != 1:
            raise Failed(f"one user error was due from {query.strip()[:60]}: {payload}")
        return payload["userErrors"][0]["code"]

    def upload(self, organisation, file):
        """Sends a roster; returns the status and the answer."""
        query = urllib.parse.urlencode({"purpose": "roster", "organisation": organisation})
        status, answer = self.send(f"/uploads?{query}", {"Content-Type": "text/csv; charset=utf-8"}, file)
        return Answer(status, json.loads(answer))

    def fetch(self, path):
        return self.send(path, {}, None)

    def send(self, path, headers, body):
        headers = {**self.headers, **headers}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens.access}"
        request = urllib.request.Request(self.base + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=SLOWEST_ANSWER) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
