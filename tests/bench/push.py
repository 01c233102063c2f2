"""What ringing many phones takes, on PostgreSQL, beside a provider that speaks as Firebase does.

Arguments: the program, a private folder, the database, psql, how many subscriptions (20k), how often
whoever sends is killed, then --faults, --readers.
"""

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

import staff_day
from client import Client
from inbox import Inbox
from newsroom import Ledger, join
from server import Server
from speed import UNLIMITED, report
from steps import Failed, expect, require, step

# Of those who are rung, a tenth open the app within a minute, and the app asks for its home screen.
OPENING_SHARE, OPENING_SECONDS = 10, 60
HOME = open(os.path.join(os.path.dirname(__file__), "home.graphql"), encoding="utf-8").read()
SLOWEST = 1800
TOPICS = "{ pushTopics { id slug newsCategory { id } } }"
CATEGORIES = "{ newsCategories { id } }"
REGISTER = """mutation($input: PushDeviceRegisterInput!) { pushDeviceRegister(input: $input) {
    device { id } userErrors { code field } } }"""
WISH = """mutation($input: PushPreferencesUpdateInput!) { pushPreferencesUpdate(input: $input) {
    preferences { dailyCap } userErrors { code field } } }"""
CAMPAIGNS = """{ pushCampaigns(first: 1) { nodes { state
    progress { planned delivered pruned refused expired skipped waiting } } } }"""
# One device is registered as apps do it; the others are its likeness with names of their own.
MULTIPLY = """
INSERT INTO push_preference SELECT gen_random_uuid(), NULL, md5(n::text || 'a') || md5(n::text), NULL, NULL, 50, true, false, now(), now()
    FROM generate_series(2, {count}) n;
INSERT INTO push_device (public_id, installation_lookup, provider, preference_id, account_id, address, token_lookup, platform,
        app_version, app_version_number, locale, time_zone, is_ringing, registered_at, refreshed_at)
    SELECT gen_random_uuid(), p.installation_lookup, d.provider, p.id, NULL, d.address, md5(p.id::text) || md5(p.id::text || 'b'),
        d.platform, d.app_version, d.app_version_number, d.locale, d.time_zone, true, now(), now()
    FROM push_preference p CROSS JOIN (SELECT * FROM push_device LIMIT 1) d WHERE p.installation_lookup <> d.installation_lookup;
INSERT INTO push_device_topic (topic_id, device_id)
    SELECT t.topic_id, d.id FROM push_device d CROSS JOIN (SELECT * FROM push_device_topic LIMIT 1) t WHERE d.id <> t.device_id;
INSERT INTO push_preference_topic (preference_id, topic_id)
    SELECT p.id, t.topic_id FROM push_preference p CROSS JOIN (SELECT * FROM push_preference_topic LIMIT 1) t
    WHERE p.id <> t.preference_id;
VACUUM ANALYZE;
"""
GROWTH = "SELECT sum(pg_total_relation_size(t)) FROM unnest('{push_campaign,push_chunk,push_retry,push_result}'::regclass[]) t"


class Provider:
    """The provider on loopback, and the account that Firebase would have given."""

    def __init__(self, binary, folder, faults):
        port = random.randrange(20000, 40000)
        self.base = f"http://127.0.0.1:{port}"
        program = os.path.join(os.path.dirname(binary), "bench-push-provider")
        self.process = subprocess.Popen([program, str(port), *(["faults"] if faults else [])])
        key = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                             capture_output=True, text=True, check=True).stdout
        self.account = os.path.join(folder, "account.json")
        with open(self.account, "w", encoding="ascii") as file:
            json.dump({"type": "service_account", "project_id": "bench", "client_email": "bench@example.ru",
                       "private_key_id": "1", "private_key": key, "token_uri": f"{self.base}/token"}, file)

    def counts(self):
        with urllib.request.urlopen(f"{self.base}/counts", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Sender:
    """`mfp-api work`, which dies as often as it is told to."""

    def __init__(self, server, kills):
        self.server, self.kills = server, kills
        self.peak = 0
        self.start()

    def start(self):
        with open(self.server.output, "ab") as output:
            self.process = subprocess.Popen([self.server.binary, "work"], env=self.server.environment,
                                            cwd=self.server.folder, stdout=output, stderr=output)

    def look(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
        self.peak = max(self.peak, int(found[1]) / 1024 if found else 0)

    def maybe_die(self, share):
        """Dies evenly over what is delivered, at moments that nobody chose."""
        if self.kills and random.random() < share:
            self.kills -= 1
            self.process.kill()
            self.process.wait()
            self.start()


def settings_of(inbox, provider):
    return {
        "MFP_SMS_URL": inbox.sms_url,
        "MFP_SMTP_URL": inbox.smtp_url,
        "MFP_TRUSTED_PROXIES": "127.0.0.1",
        "MFP_ADDRESS_POINTS": UNLIMITED,
        "MFP_ACCOUNT_POINTS": UNLIMITED,
        "MFP_DRAIN_SECONDS": "0",
        "MFP_LOG": "warn",
        "MFP_FCM_BASE_URL": provider.base,
        "MFP_FCM_SERVICE_ACCOUNT_FILE": provider.account,
        "MFP_PUSH_LEASE_SECONDS": "2",
    }


def number(text):
    return int(text.removesuffix("k").removesuffix("m")) * {"k": 1000, "m": 1_000_000}.get(text[-1], 1)


def in_sql(psql, database, text):
    done = subprocess.run([psql, "-qAt", "-v", "ON_ERROR_STOP=1", database], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(done.stderr[-600:])
    return done.stdout.strip()


def subscribe(server, psql, database, count):
    """Subscriptions to the news of a category; its id."""
    phone = Client(server.base, "192.0.2.30")
    topic = next(topic for topic in phone.ask(TOPICS).data()["pushTopics"] if topic["newsCategory"])
    device = str(uuid.uuid4())
    phone.done(REGISTER, input={"deviceId": device, "provider": "FCM", "token": "bench:" + "a" * 140,
                                "platform": "ANDROID", "appVersion": "2.1.0", "timeZone": "Europe/Moscow"})
    phone.done(WISH, input={"deviceId": device, "topics": [topic["id"]], "quietHours": None, "dailyCap": 50})
    began = time.monotonic()
    in_sql(psql, database, MULTIPLY.replace("{count}", str(count)))
    step(f"{count} subscriptions are there after {time.monotonic() - began:.0f} s")
    return topic["newsCategory"]["id"]


class Readers(threading.Thread):
    """Those who open the app: at a steady pace, whether answers come or not."""

    def __init__(self, server, count):
        super().__init__(daemon=True)
        self.base, self.pace = server.base, count / OPENING_SHARE / OPENING_SECONDS
        self.went, self.took = True, []

    def run(self):
        body = json.dumps({"query": " ".join(HOME.split())})
        lanes = [threading.Thread(target=self.read, args=(body, lane, 16), daemon=True) for lane in range(16)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()

    def read(self, body, lane, lanes):
        reader = Client(self.base, f"198.51.100.{lane + 1}")
        began = time.perf_counter()
        turn = lane
        while self.went:
            due = began + turn / self.pace
            time.sleep(max(0, due - time.perf_counter()))
            reader.send("/graphql", {"Content-Type": "application/json"}, body.encode())
            # From when it should have gone: what waits behind a slow answer counts as slow, too.
            self.took.append(1000 * (time.perf_counter() - due))
            turn += lanes

    def slowest(self):
        took = sorted(self.took)
        return took[len(took) * 99 // 100] if took else 0


def watch(provider, sender, count, kills):
    """Until everything has come, or nothing does any more."""
    before, still_since = 0, time.monotonic()
    while True:
        time.sleep(0.1)
        sender.look()
        delivered = provider.counts()["delivered"]
        if delivered >= count:
            return
        if delivered > before:
            sender.maybe_die(1.3 * kills * (delivered - before) / count)
            before, still_since = delivered, time.monotonic()
        if time.monotonic() - still_since > 90:
            raise Failed(f"only {delivered} of {count} have come")


def finished(admin):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        campaign = admin.ask(CAMPAIGNS).data()["pushCampaigns"]["nodes"][0]
        if campaign["state"] == "DONE":
            return campaign["progress"]
        time.sleep(0.2)
    raise Failed(f"the campaign does not end: {campaign}")


def measure(server, inbox, provider, psql, database, count, kills, with_readers):
    for words in (["migrate"], ["keys", "rotate"], ["seed", "--demo"]):
        server.run_well(*words)
    sender = Sender(server, kills)
    admin = staff_day.administrator(server)
    publisher = join(server, inbox, admin, Ledger(), "publisher@example.ru", "PUBLISHER", "192.0.2.20")
    category = subscribe(server, psql, database, count)
    size = int(in_sql(psql, database, GROWTH))
    draft = publisher.begin("newsArticle", organisation=publisher.organisation(staff_day.SCHOOL),
                            headline="Открыта запись в летний лагерь", lead="До пятницы.", kind="NEWS",
                            category=category, body="Заявки принимает первичка.")
    readers = Readers(server, count)
    published_at = time.time()
    publisher.go_on(draft, "Publish", notify=True)
    if with_readers:
        readers.start()
    watch(provider, sender, count, kills)
    readers.went = False
    progress, counts = finished(admin), provider.counts()
    grown = (int(in_sql(psql, database, GROWTH)) - size) / 2**20
    sender.process.kill()
    took = counts["last_at"] / 1000 - published_at
    step(f"{count / took:.0f} messages a second; faults met: {counts['faults']}, kills: {kills - sender.kills}")
    expect(progress["planned"], count, "what was planned")
    expect(progress["delivered"], count, "what was delivered")
    figures = [
        (f"{count} messages, from publishing to the last, s", took, took <= 40 * count / 200_000 or kills > 0, "<= 40 a 200k"),
        ("from publishing to the first, ms", counts["first_at"] - 1000 * published_at, counts["first_at"] / 1000 - published_at <= 0.5, "<= 500"),
        ("came twice", counts["repeated"], counts["repeated"] <= 20 * 500 if kills else counts["repeated"] == 0, "0; killed: 20 x what was on its way"),
        ("peak memory of whoever sends, MB", sender.peak, sender.peak <= 80, "<= 80"),
        ("growth of the database, MB", grown, grown <= 1 * max(1, count / 1_000_000), "<= 1 a million"),
    ]
    if with_readers:
        slowest = readers.slowest()
        figures.append((f"home screens, {readers.pace:.0f} a second, p99, ms", slowest, slowest <= 300, "<= 300"))
    return figures


def main():
    binary, folder, database, psql, count, kills = sys.argv[1:7]
    inbox = Inbox()
    provider = Provider(binary, folder, "--faults" in sys.argv)
    server = Server(binary, folder, database, settings_of(inbox, provider), "--no-worker")
    try:
        return report(server, lambda: measure(server, inbox, provider, psql, database, number(count), int(kills),
                                              "--readers" in sys.argv))
    finally:
        provider.stop()


if __name__ == "__main__":
    sys.exit(main())
