"""What signing in, cards and rosters cost, on PostgreSQL. Ratios are alternated within the run, because
only they survive a noisy machine.

Arguments: the program, a private folder, the database.
"""

import json
import math
import os
import random
import statistics
import subprocess
import sys
import threading

import staff_day
from client import Client
from inbox import Inbox
from member import CHECK, Member
from server import Server
from steps import Failed, expect, require, step

ROUNDS, SECONDS, CONNECTIONS, FLOODERS = 3, 5, 32, 16
ROSTER = 100_000
# The whole budget of a minute, for a generator of load.
UNLIMITED = "4000000000"
READ = json.dumps({"query": "{ newsCategories { slug name } }"})
WRONG = """mutation($email: String!) { staffSignIn(input: { email: $email, password: "неверный пароль" }) {
    userErrors { code } } }"""
PHONE, NOBODYS_PHONE = "+79261234567", "+79261234568"
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


class Load:
    """wrk at one address."""

    def __init__(self, folder, base):
        self.folder, self.address = folder, f"{base}/graphql"

    def run(self, body, token=None):
        """Requests a second, and the 99th percentile in milliseconds."""
        script = os.path.join(self.folder, "load.lua")
        with open(script, "w", encoding="utf-8") as file:
            file.write(f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[{body}]==]\n')
            if token:
                file.write(f'wrk.headers["Authorization"] = "Bearer {token}"\n')
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script, self.address]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        require("Non-2xx" not in said, f"refused requests: {said}")
        words = said.split()
        return float(words[words.index("Requests/sec:") + 1]), milliseconds(words[words.index("99%") + 1])


def milliseconds(text):
    number = text.rstrip("mus")
    return float(number) * UNITS[text[len(number):]]


class Flood:
    """Wrong passwords of staff from many places at once, each from an address of its own."""

    def __init__(self, base):
        self.base, self.tries, self.is_over = base, 0, threading.Event()

    def __enter__(self):
        self.threads = [threading.Thread(target=self.pour, daemon=True) for _ in range(FLOODERS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def pour(self):
        while not self.is_over.is_set():
            address = ".".join(str(random.randrange(1, 255)) for _ in range(4))
            email = f"x{random.randrange(10**9)}@example.ru"
            Client(self.base, address).ask(WRONG, email=email).data()
            self.tries += 1


def write_roster(path, members):
    with open(path, "w", encoding="utf-8") as file:
        file.write("Номер билета;Организация;Фамилия;Имя;Отчество;Телефон;В профсоюзе с;Молодёжь\n")
        for number in range(members):
            phone = PHONE if number == 0 else f"+7903{number:07}"
            file.write(f"МГО-{number:06};{staff_day.SCHOOL};Иванова;Анна;Ивановна;{phone};2020-01-31;нет\n")


def import_roster(server, folder, members):
    path = os.path.join(folder, "roster.csv")
    write_roster(path, members)
    done = server.run("members", "import", path, "--organisation", staff_day.UNION, "--apply")
    said = done.said.splitlines()[-1] if done.code == 0 else done.complained[-300:]
    step(f"import of {members}, {done.seconds:.1f} s: {said}")
    return done


def seconds_of_import(server, folder):
    """How long the whole roster takes; endless if it is refused, and then a tenth of it is imported, so
    that the other figures can be had."""
    done = import_roster(server, folder, ROSTER)
    if done.code == 0:
        return done.seconds
    expect(import_roster(server, folder, ROSTER // 10).code, 0, "the import of a tenth")
    return math.inf


def token_costs(load, tokens):
    """What each of the tokens adds to a read, in per cent."""
    rounds = [[load.run(READ, token)[0] for token in (None, *tokens)] for _ in range(ROUNDS)]
    step(f"reads a second, anonymous and with tokens: {rounds}")
    anonymous, *others = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return [100 * (anonymous / other - 1) for other in others]


def checks(load, member):
    """Checks of cards a second: by code, by pass."""
    card = member.membership()["card"]
    bodies = [json.dumps({"query": CHECK, "variables": {"code": code}}) for code in (card["liveCode"]["code"], card["pass"])]
    for code in (card["liveCode"]["code"], card["pass"]):
        require(member.check(code)["valid"], "the card that is checked is good")
    # The code lives for a minute at least; all rounds take half of one.
    rounds = [[load.run(body)[0] for body in bodies] for _ in range(ROUNDS)]
    step(f"checks a second, by code and by pass: {rounds}")
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def flooded(load, base):
    """How many times the slowest hundredth of reads is slower while wrong passwords pour in."""
    quiet, under = [], []
    for _ in range(ROUNDS):
        quiet.append(load.run(READ)[1])
        with Flood(base) as flood:
            under.append(load.run(READ)[1])
        step(f"p99 of a read: quiet {quiet[-1]:.1f} ms, under {flood.tries / SECONDS:.0f} passwords a second {under[-1]:.1f} ms")
    return statistics.median(under) / statistics.median(quiet)


def settings_of(inbox):
    return {
        "MFP_SMS_URL": inbox.sms_url,
        "MFP_TRUSTED_PROXIES": "127.0.0.1",
        "MFP_ADDRESS_POINTS": UNLIMITED,
        "MFP_ACCOUNT_POINTS": UNLIMITED,
        "MFP_DRAIN_SECONDS": "0",
        "MFP_LOG": "warn",
    }


def signed_in(server, inbox, phone):
    """Somebody who has signed in and is no member: of them the server knows the token and nothing else."""
    person = Member(server.base, "198.51.100.7", inbox)
    person.sign_in(phone, phone, "Телефон")
    return person


def joined(server, inbox):
    member = signed_in(server, inbox, PHONE)
    member.claim(staff_day.SCHOOL, "МГО-000000", "Иванова", "Анна")
    return member


def measure(server, folder, inbox):
    for words in (["migrate"], ["keys", "rotate"], ["seed", "--demo"]):
        server.run_well(*words)
    seconds = seconds_of_import(server, folder)
    server.start()
    member = joined(server, inbox)
    load = Load(folder, server.base)
    load.run(READ)
    anybody = signed_in(server, inbox, NOBODYS_PHONE)
    verifying, reading = token_costs(load, [anybody.tokens.access, member.tokens.access])
    by_code, by_pass = checks(load, member)
    slower = flooded(load, server.base)
    return [
        ("verifying a token costs a read, %", verifying, verifying < 3, "< 3"),
        ("being a member costs a read, %", reading, True, ""),
        ("card checks a second, by code", by_code, by_code >= 5000, ">= 5000"),
        ("card checks a second, by pass", by_pass, by_pass >= 5000, ">= 5000"),
        ("p99 of a read under wrong passwords, times", slower, slower <= 2, "<= 2"),
        (f"import of {ROSTER} members, s", seconds, seconds < 60, "< 60"),
    ]


def show(figures):
    print("\n| figure | value | limit | |\n| --- | ---: | ---: | --- |")
    for name, value, is_within, limit in figures:
        print(f"| {name} | {value:.1f} | {limit} | {'' if is_within else 'MISSED'} |")


def report(server, measuring):
    """Shows what measuring finds, ends the server, and returns the status to exit with."""
    try:
        figures = measuring()
    except Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    finally:
        server.kill()
    show(figures)
    return 0 if all(is_within for _, _, is_within, _ in figures) else 1


def main():
    binary, folder, database = sys.argv[1:]
    inbox = Inbox()
    server = Server(binary, folder, database, settings_of(inbox))
    return report(server, lambda: measure(server, folder, inbox))


if __name__ == "__main__":
    sys.exit(main())
