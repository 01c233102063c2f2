"""The order of the two days, and the search after them.

Arguments: the program, a private folder, the database; for PostgreSQL also psql and its data directory.
"""

import subprocess
import sys

import staff_day
from inbox import Inbox
from member_day import MemberDay, Second
from planted import LOG, ROWS, Marked, Planted
from search import redis_dump, search_files, search_rows, tables_of_postgres, tables_of_sqlite
from server import Server
from steps import Failed, expect, require, step, wait_for

# A name of the demo content: public, so that a search which does not find it is blind.
PUBLIC = staff_day.SCHOOL


class Days:
    """Both days of one installation."""

    def __init__(self, binary, folder, database, psql=None, data_directory=None):
        self.psql, self.database = psql, database
        self.inbox, self.marked, self.faults = Inbox(), Marked(), []
        settings = {
            "MFP_SMS_URL": self.inbox.sms_url,
            "MFP_SMTP_URL": self.inbox.smtp_url,
            "MFP_ERASURE_COOLING_OFF_HOURS": "0",
            "MFP_DRAIN_SECONDS": "0",
            "MFP_TRUSTED_PROXIES": "127.0.0.1",
        }
        self.server = Server(binary, folder, database, settings)
        self.kept = [folder, *([data_directory] if data_directory else []), *redis_dump()]

    def play(self):
        server, inbox, marked = self.server, self.inbox, self.marked
        staff_day.install(server)
        admin = staff_day.administrator(server)
        officer = staff_day.officer(server, inbox, admin)
        second, member = Second(server, inbox), MemberDay(server, inbox, marked)
        cashier = staff_day.stranger(server)
        others = staff_day.rosters(officer, admin, marked, second)
        others_claim = second.joins()
        staff_day.outside(officer, admin, others, others_claim)
        member.mistakes()
        member.arrives()
        member.rejected_claims(officer)
        member.becomes_a_member(officer, second)
        member.is_suspended(officer)
        member.shows_the_card(cashier)
        member.uses_benefits()
        member.keeps_and_reports(admin)
        member.changes_the_profile()
        copy = member.takes_a_copy()
        self.shows_what_was_planted(copy)
        member.is_erased(officer, cashier, second)
        second.is_still_there(cashier)
        (left,) = officer.members()["nodes"]
        staff_day.revoked(officer, admin, left["id"])

    def shows_what_was_planted(self, copy):
        """The copy must hold what the member gave, or the search that follows would prove nothing."""
        marked = self.marked
        due = [marked.later_surname, marked.given_name, marked.patronymic, marked.card_number, marked.later_email,
               marked.phone.whole, marked.later_phone.whole, marked.changed_email, marked.later_name, marked.device,
               marked.other_device, marked.program, marked.restoration, *marked.rejections,
               marked.comment, marked.later_comment, *(text for claim in marked.claims for text in claim.values())]
        self.faults += [f"the copy of the member's data lacks «{text}»" for text in due if text not in copy]
        values = marked.planted.values
        found = search_rows(values, [("the copy", copy.encode())])
        require(len(found) >= 20, f"the search finds what stands in the copy, only {len(found)} values")
        require(len(values) >= 40, f"at least 40 values are planted, only {len(values)}")
        step(f"the copy is downloaded and holds {len(found)} of the {len(values)} planted values:")
        marked.planted.show()

    def search_bytes(self, when):
        """What is left of the member in files, with the proof that the search sees."""
        public = Planted()
        public.text("public", "slug", PUBLIC)
        seen, _ = search_files(public.values, self.kept)
        require(any(finding.place != LOG for finding in seen), f"the search is blind {when}")
        findings, size = search_files(self.marked.planted.values, self.kept)
        require(any(finding.place == LOG for finding in findings), f"the log does not even name programs {when}")
        step(f"{when}: {size / 2**20:.0f} MB searched, the public control stands in {len(seen)} files; {counted(findings)}")
        return findings

    def search_tables(self):
        """What is left of the member in rows that have not been deleted."""
        public = Planted()
        public.text("public", "slug", PUBLIC)
        tables = list(self.tables())
        require(search_rows(public.values, tables), "the search of rows is blind")
        findings = search_rows(self.marked.planted.values, tables)
        step(f"{len(tables)} tables searched row by row; {counted(findings)}")
        return findings

    def tables(self):
        if self.psql:
            return tables_of_postgres(self.psql, self.database)
        return tables_of_sqlite(self.database.removeprefix("sqlite://"))

    def checkpoint(self):
        if self.psql:
            subprocess.run([self.psql, "-q", self.database, "-c", "CHECKPOINT"], check=True)

    def ends(self):
        """Searches while the server runs and when it has stopped, then checks the audit log."""
        self.checkpoint()
        findings = self.search_bytes("while the server runs")
        expect(self.server.stop(), 0, "the exit code after SIGTERM")
        self.checkpoint()
        findings += self.search_bytes("after SIGTERM, which it leaves with 0")
        findings += self.search_tables()
        verified = self.server.run_well("audit", "verify").said.splitlines()
        step(f"audit verify: {'; '.join(verified)}")
        for value in dict.fromkeys(finding.value for finding in findings if finding.is_allowed):
            step(f"may stay: {value.kind}, {value.name} ({', '.join(places(value, findings))})")
        self.faults += dict.fromkeys(str(finding) for finding in findings if not finding.is_allowed)


def counted(findings):
    faults = sum(not finding.is_allowed for finding in findings)
    return f"of the member {faults or 'nothing'}, and {len(findings) - faults} numbers and names that may stay"


def places(value, findings):
    """Where a value stands that may: tables are named."""
    mine = [finding for finding in findings if finding.value == value and finding.is_allowed]
    return dict.fromkeys(finding.where.split(" at ")[0] if finding.place == ROWS else finding.place for finding in mine)


def main():
    days = Days(*sys.argv[1:])
    try:
        days.play()
        days.ends()
    except Failed as failure:
        days.faults.append(str(failure))
    finally:
        days.server.kill()
    for fault in days.faults:
        print(f"FAILED: {fault}", flush=True)
    return 1 if days.faults else 0


if __name__ == "__main__":
    sys.exit(main())
