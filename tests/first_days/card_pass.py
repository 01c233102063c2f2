"""Reading a pass as a partner's scanner does that has no network: base45 (RFC 9285), COSE_Sign1
(RFC 9052) with Ed25519, CWT claims (RFC 8392)."""

import base64
import time
from dataclasses import dataclass

import ed25519

PREFIX = "PF1:"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
EDDSA = -8
ISS, EXP, IAT, CTI, INITIALS, UNION = 1, 4, 6, 7, -65537, -65538


@dataclass
class Pass:
    """What a pass says."""

    serial: bytes
    initials: str
    union: str
    expires_at: int


def verify(text, keys):
    """The pass, if one of the published keys signed it and it is good now; None: it is none."""
    try:
        protected, _, payload, signature = read(unpacked(text.removeprefix(PREFIX)))
        header, claims = read(protected), read(payload)
    except (ValueError, IndexError, TypeError):
        return None
    key = next((key for key in keys if octets(key["kid"]) == header.get(4)), None)
    signed = written(["Signature1", protected, b"", payload])
    if header.get(1) != EDDSA or not key or not ed25519.verifies(octets(key["x"]), signature, signed):
        return None
    if claims[ISS] != "mfp" or not claims[IAT] - 300 <= time.time() < claims[EXP]:
        return None
    return Pass(claims[CTI], claims[INITIALS], claims[UNION], claims[EXP])


def octets(text):
    """Base64url as JSON Web Keys write it."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unpacked(text):
    """Base45: three signs are two bytes, the last two may be one."""
    found = bytearray()
    for start in range(0, len(text), 3):
        group = [SIGNS.index(sign) for sign in text[start:start + 3]]
        number = sum(value * 45**place for place, value in enumerate(group))
        found += number.to_bytes(len(group) - 1, "big")
    return bytes(found)


def read(data):
    value, rest = item(data)
    if rest:
        raise ValueError("something stands behind the CBOR")
    return value


def item(data):
    """The first item of CBOR, as far as passes use it, and what stands behind it."""
    kind, small, rest = data[0] >> 5, data[0] & 31, data[1:]
    number = small
    if small >= 24:
        width = 1 << (small - 24)
        number, rest = int.from_bytes(rest[:width], "big"), rest[width:]
    match kind:
        case 0:
            return number, rest
        case 1:
            return -1 - number, rest
        case 2:
            return rest[:number], rest[number:]
        case 3:
            return rest[:number].decode(), rest[number:]
        case 4:
            return items(rest, number)
        case 5:
            flat, rest = items(rest, 2 * number)
            return dict(zip(flat[::2], flat[1::2], strict=True)), rest
    raise ValueError("not of a pass")


def items(data, count):
    found = []
    for _ in range(count):
        value, data = item(data)
        found.append(value)
    return found, data


def written(value):
    """CBOR of the texts, bytes and lists that are signed."""
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(written, value))
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(2, len(value)) + value


def head(kind, number):
    if number < 24:
        return bytes([kind << 5 | number])
    width = 1 if number < 256 else 2
    return bytes([kind << 5 | 23 + width]) + number.to_bytes(width, "big")
