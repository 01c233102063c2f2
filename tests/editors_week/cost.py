"""What publishing costs beside a large archive, and how much memory a large picture takes.

Arguments: the program, a private folder, the database, psql, and how many articles there are already (1m).
"""

import re
import statistics
import subprocess
import sys
import time

import staff_day
from inbox import Inbox
from newsroom import Ledger, join
from pictures import png
from server import Server
from speed import UNLIMITED, report
from steps import step

PUBLICATIONS, WARM_UP = 200, 5
CATEGORY = "{ newsCategories { id } }"
# As much as one upload may be: 10 MB of file, nearly 48 MB of pixels.
LARGEST = (4000, 3900, 840)
# Written to clear_refs, it lets the peak begin anew (proc(5)).
PEAK = "5"


def settings_of(inbox):
    return {
        "MFP_SMS_URL": inbox.sms_url,
        "MFP_SMTP_URL": inbox.smtp_url,
        "MFP_TRUSTED_PROXIES": "127.0.0.1",
        "MFP_ADDRESS_POINTS": UNLIMITED,
        "MFP_ACCOUNT_POINTS": UNLIMITED,
        "MFP_DRAIN_SECONDS": "0",
        "MFP_LOG": "warn",
    }


def install(server, psql, database, articles):
    for words in (["migrate"], ["keys", "rotate"], ["seed", "--demo", "--scale", articles]):
        done = server.run_well(*words)
        step(f"{' '.join(words)}, {done.seconds:.0f} s: {done.said}")
    subprocess.run([psql, "-q", database, "-c", "VACUUM ANALYZE"], check=True)


def seconds_of_publishing(publisher):
    """How long each of the publications takes, as whoever publishes waits for it; sorted."""
    shared = {
        "organisation": publisher.organisation(staff_day.SCHOOL),
        "lead": "Начало в шесть вечера.",
        "body": "Собрание пройдёт в **актовом** зале.\n\n" * 20,
        "kind": "NEWS",
        "category": publisher.ask(CATEGORY).data()["newsCategories"][0]["id"],
    }
    took = []
    for number in range(WARM_UP + PUBLICATIONS):
        draft = publisher.begin("newsArticle", headline=f"Собрание первички, выпуск {number}", **shared)
        began = time.perf_counter()
        publisher.go_on(draft, "Publish")
        took.append(time.perf_counter() - began)
    return sorted(took[WARM_UP:])


def megabytes(process, name):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return int(re.search(rf"{name}:\s+(\d+) kB", status.read())[1]) / 1024


def memory_of_picture(publisher, process):
    """By how much the largest picture lets the server grow at its peak, in MB."""
    publisher.upload_picture(png(300, 200, 20))
    file = png(*LARGEST)
    with open(f"/proc/{process}/clear_refs", "w", encoding="ascii") as peak:
        peak.write(PEAK)
    before = megabytes(process, "VmRSS")
    began = time.perf_counter()
    publisher.upload_picture(file)
    seconds, peak = time.perf_counter() - began, megabytes(process, "VmHWM")
    step(f"a picture of {len(file) / 2**20:.1f} MB is taken in {seconds:.1f} s; from {before:.0f} MB the server grows to {peak:.0f}")
    return peak - before


def measure(server, inbox, psql, database, articles):
    install(server, psql, database, articles)
    admin = staff_day.administrator(server)
    publisher = join(server, inbox, admin, Ledger(), "publisher@example.ru", "PUBLISHER", "192.0.2.20")
    took = [1000 * seconds for seconds in seconds_of_publishing(publisher)]
    median, slowest = statistics.median(took), took[len(took) * 99 // 100]
    grown = memory_of_picture(publisher, server.process.pid)
    return [
        (f"publishing beside {articles} articles, median, ms", median, median < 50, "< 50"),
        (f"publishing beside {articles} articles, p99, ms", slowest, slowest < 50, "< 50"),
        ("memory that a 10 MB picture takes, MB", grown, grown < 64, "< 64"),
    ]


def main():
    binary, folder, database, psql, articles = sys.argv[1:]
    inbox = Inbox()
    server = Server(binary, folder, database, settings_of(inbox))
    return report(server, lambda: measure(server, inbox, psql, database, articles))


if __name__ == "__main__":
    sys.exit(main())
