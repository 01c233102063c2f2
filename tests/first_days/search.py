"""The search for what should be gone: every byte of every file, and every row."""

import os
import sqlite3
import subprocess
from dataclasses import dataclass

from planted import FILES, LOG, ROWS

LOG_FILE = "output.log"


@dataclass(frozen=True)
class Finding:
    """A planted value that was found."""

    value: object
    place: str
    where: str

    @property
    def is_allowed(self):
        return self.place in self.value.may_stay

    def __str__(self):
        return f"{self.value.kind}: {self.value.name} «{self.value.text}» stands in {self.where}"


def search_files(values, roots):
    """The first place of each value in each file, and how many bytes were read."""
    findings, size = [], 0
    for path in sorted(set(files_of(roots))):
        try:
            with open(path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            # A server that runs takes its temporary files away.
            continue
        size += len(content)
        place = LOG if os.path.basename(path) == LOG_FILE else FILES
        findings += find(values, content, place, path)
    return findings, size


def search_rows(values, tables):
    """What the rows hold that the database still tells of; of each table its name and its content."""
    findings = []
    for name, content in tables:
        findings += find(values, content, ROWS, f"rows of {name}")
    return findings


def find(values, content, place, where):
    found = [(value, first(value, content)) for value in values]
    return [Finding(value, place, f"{where} at {offset}") for value, offset in found if offset >= 0]


def first(value, content):
    places = [content.find(form) for form in value.forms]
    return min((place for place in places if place >= 0), default=-1)


def files_of(roots):
    for root in roots:
        for folder, _, names in os.walk(root):
            yield from (os.path.join(folder, name) for name in names)
        if os.path.isfile(root):
            yield root


def tables_of_sqlite(path):
    """Every table with its rows. Whoever opens the file may tidy it: search its bytes first."""
    with sqlite3.connect(path) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        for (name,) in names.fetchall():
            rows = database.execute(f'SELECT * FROM "{name}"')
            yield name, b"\n".join(as_bytes(cell) for row in rows for cell in row)
    database.close()


def as_bytes(cell):
    return cell if isinstance(cell, bytes) else str(cell).encode()


def tables_of_postgres(psql, database):
    """Every table with its rows, as text."""
    def ask(sql):
        return subprocess.run([psql, "-qAtc", sql, database], capture_output=True, check=True).stdout
    names = ask("SELECT table_name FROM information_schema.tables "
                "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
    for name in names.decode().split():
        yield name, ask(f'SELECT * FROM "{name}"')


def redis_dump(path=None):
    """The file in which a Redis keeps its memory, to be searched like the rest; none is set up yet."""
    return [path] if path else []
