"""How many reports of services are taken a second, on PostgreSQL: each of another member, or of another
service, as a rush of them comes in.

Arguments: the program, a private folder, the database, psql, how many members.
"""

import concurrent.futures
import datetime
import json
import os
import subprocess
import sys
import time
import uuid

import staff_day
from inbox import Inbox
from member import Member
from server import Server
from speed import report, settings_of, write_roster
from steps import expect, step

CONNECTIONS, HANDS = 32, 8
# An author may report no more in a day.
SERVICES = 10
GUIDES = "{ guides(first: 10) { nodes { id } } }"
CONSENTS = """{ appConfig(platform: WEB, version: "1") { consents { purpose textHash } } }"""
CONSENT = """mutation($hash: String!) { consentGrant(input: { purpose: "REPORT_ANALYTICS", textHash: $hash }) {
    consent { isGranted } userErrors { code } } }"""
SUBMIT = """mutation($input: ServiceReportSubmitInput!) { serviceReportSubmit(input: $input) {
    report { id moderation } userErrors { code field } } }"""
COUNT = "SELECT count(*) FROM service_report"


def phone_of(number):
    return f"+7903{number:07}"


class Crowd:
    """Members who have consented."""

    def __init__(self, server, inbox):
        self.server, self.inbox = server, inbox
        config = Member(server.base, "192.0.2.1", inbox).ask(CONSENTS).data()["appConfig"]
        self.hash = next(text["textHash"] for text in config["consents"] if text["purpose"] == "REPORT_ANALYTICS")

    def join(self, number):
        """Somebody of the roster, on a telephone of their own; their token."""
        member = Member(self.server.base, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", self.inbox)
        member.sign_in(phone_of(number), phone_of(number), "bench")
        claim = member.claim(staff_day.SCHOOL, f"МГО-{number:06}", "Иванова", "Анна")
        expect(claim["state"], "APPROVED", "a claim by the roster's own phone")
        member.done(CONSENT, hash=self.hash)
        return member.tokens.access


def told(guide):
    """A report that nothing stands against, with a comment that has to be scrubbed."""
    day = datetime.date.today()
    return {
        "clientMutationKey": str(uuid.uuid4()),
        "guide": guide,
        "channel": "ONLINE",
        "submittedOn": str(day - datetime.timedelta(days=12)),
        "outcome": "COMPLETED",
        "finishedOn": str(day - datetime.timedelta(days=2)),
        "fullyOnline": True,
        "ratings": {"overall": 4},
        "comment": "Заявление приняли с третьего раза, звонила на +7 903 123-45-67, ответил Иван Петрович.",
    }


def write_script(path, tokens, guides):
    """What wrk runs: every report once, the members of a service one after another."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("local requests, turn = {}, 0\n")
        for guide in guides:
            for token in tokens:
                body = json.dumps({"query": SUBMIT, "variables": {"input": told(guide)}}, ensure_ascii=False)
                file.write(f"requests[#requests + 1] = {{ '{token}', [==[{body}]==] }}\n")
        file.write("""wrk.headers["Content-Type"] = "application/json"
function request()
    turn = turn % #requests + 1
    wrk.headers["Authorization"] = "Bearer " .. requests[turn][1]
    return wrk.format("POST", "/graphql", nil, requests[turn][2])
end
""")


def reports_a_second(server, folder, count_of, tokens, guides):
    script = os.path.join(folder, "intake.lua")
    write_script(script, tokens, guides)
    due = len(tokens) * len(guides)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-d600s", "-s", script, server.base]
    driver = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        # It takes the driver a moment to read its script.
        while count_of() == 0:
            time.sleep(0.01)
        began, first = time.perf_counter(), count_of()
        while (taken := count_of()) < due and time.perf_counter() - began < 120:
            time.sleep(0.25)
        seconds = time.perf_counter() - began
    finally:
        driver.kill()
        driver.wait()
    expect(taken, due, "reports that were taken")
    step(f"{due} reports, {seconds:.1f} s")
    return (taken - first) / seconds


def measure(server, folder, inbox, database, psql, members):
    for words in (["migrate"], ["keys", "rotate"], ["seed", "--demo"]):
        server.run_well(*words)
    roster = os.path.join(folder, "roster.csv")
    write_roster(roster, members + 1)
    server.run_well("members", "import", roster, "--organisation", staff_day.UNION, "--apply")
    server.start()
    crowd = Crowd(server, inbox)
    with concurrent.futures.ThreadPoolExecutor(HANDS) as hands:
        # The roster's first line has another phone.
        tokens = list(hands.map(crowd.join, range(1, members + 1)))
    step(f"{members} members have joined and consented")
    guides = [node["id"] for node in Member(server.base, "192.0.2.1", inbox).ask(GUIDES).data()["guides"]["nodes"]]

    def count_of():
        said = subprocess.run([psql, "-qAt", database, "-c", COUNT], capture_output=True, text=True, check=True)
        return int(said.stdout)

    taken = reports_a_second(server, folder, count_of, tokens, guides[:SERVICES])
    return [("reports taken a second", taken, taken >= 1000, ">= 1000")]


def main():
    binary, folder, database, psql, members = sys.argv[1:]
    inbox = Inbox()
    settings = {**settings_of(inbox), "MFP_REPORTS_PER_ADDRESS": "0"}
    server = Server(binary, folder, database, settings)
    return report(server, lambda: measure(server, folder, inbox, database, psql, int(members)))


if __name__ == "__main__":
    sys.exit(main())
