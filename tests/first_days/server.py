"""The program: its commands, and serving on a free port with everything that it prints kept."""

import base64
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass

from search import LOG_FILE
from steps import Failed

SLOWEST_START = 30
SLOWEST_STOP = 30


@dataclass
class Outcome:
    """What came of a command."""

    code: int
    said: str
    # Its log and what it complained of.
    complained: str
    seconds: float


class Server:
    """One installation in production mode: a folder, a database, a secret."""

    def __init__(self, binary, folder, database, settings, *words):
        self.binary, self.folder, self.words = binary, folder, words
        self.output = os.path.join(folder, LOG_FILE)
        self.process = None
        self.base = None
        # Nothing of the environment outside: an MFP_ name of somebody else's would stop the start.
        self.environment = {
            "HOME": folder,
            "PATH": os.environ["PATH"],
            "MFP_ENV": "production",
            "MFP_SECRET": base64.b64encode(os.urandom(32)).decode(),
            "DATABASE_URL": database,
            "MEDIA_URL": os.path.join(folder, "media"),
            "PORT": "0",
            **settings,
        }

    def run(self, *words):
        """Runs a command to its end; what it prints joins the output that is searched later."""
        began = time.monotonic()
        done = subprocess.run([self.binary, *words], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, check=False)
        with open(self.output, "a", encoding="utf-8") as output:
            output.write(done.stdout + done.stderr)
        return Outcome(done.returncode, done.stdout.strip(), done.stderr.strip(), time.monotonic() - began)

    def run_well(self, *words):
        outcome = self.run(*words)
        if outcome.code != 0:
            raise Failed(f"`mfp-api {' '.join(words)}` ended with {outcome.code}: {outcome.said} {outcome.complained[-600:]}")
        return outcome

    def start(self):
        """Serves; returns when it has printed its address."""
        began = os.path.getsize(self.output) if os.path.exists(self.output) else 0
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen([self.binary, "serve", *self.words], env=self.environment, cwd=self.folder,
                                            stdout=output, stderr=output)
        end = time.monotonic() + SLOWEST_START
        while time.monotonic() < end and self.process.poll() is None:
            if printed := re.search(r"GraphQL +(http://\S+)/graphql", self.printed()[began:]):
                self.base = printed[1]
                return
            time.sleep(0.05)
        raise Failed(f"the server does not start: {self.printed()[began:][-600:]}")

    def printed(self):
        with open(self.output, "rb") as output:
            return output.read().decode("utf-8", "replace")

    def stop(self):
        """Ends serving as an operator does, and returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SLOWEST_STOP)
        finally:
            self.kill()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
