"""How a day is told: one line a step, and a clear end where something is not as it should be."""

import time


class Failed(Exception):
    """A step found something else than it should have."""


def step(line):
    print(f"  {line}", flush=True)


def expect(found, wanted, what):
    if found != wanted:
        raise Failed(f"{what}: expected {wanted!r}, found {found!r}")


def require(condition, what):
    if not condition:
        raise Failed(what)


def wait_for(question, what, seconds=15):
    """Asks until there is an answer, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise Failed(f"waited {seconds} s in vain: {what}")
