"""An app of one-time codes (RFC 6238: SHA-1, six digits, thirty seconds)."""

import base64
import hashlib
import hmac
import struct
import time

STEP = 30


class Authenticator:
    """Shows each code once: the server takes none twice."""

    def __init__(self, secret):
        self.seed = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.shown = 0

    def code(self):
        """A code that was not shown before: of this step, or of the next, which the server takes too."""
        step = max(int(time.time()) // STEP, self.shown + 1)
        time.sleep(max(0, (step - 1) * STEP - time.time()))
        self.shown = step
        digest = hmac.new(self.seed, struct.pack(">Q", step), hashlib.sha1).digest()
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF
        return f"{number % 10**6:06}"
