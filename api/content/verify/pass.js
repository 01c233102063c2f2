// What a card's code is, and whether the text of a pass is genuine. Nothing here touches the page or the network.

const PASS_PREFIX = "PF1:";
const LONGEST_PASS = 400;

// ---- The code that was typed, pasted or scanned

/** The code as the service takes it: eight signs of a live code, or the text of a pass; null when it is neither. */
export function readCode(typed) {
  const text = typed.trim();
  return isPass(text) ? passOfFairLength(text) : readLiveCode(text);
}

export const isPass = (text) => text.startsWith(PASS_PREFIX);

const passOfFairLength = (text) => (text.length <= LONGEST_PASS ? text : null);

const SPACES_AND_DASHES = /[\s\p{Pd}\u2212]/gu;
const LIVE_CODE = /^[0-9A-HJKMNP-TV-Z]{8}$/;

// A cashier reads the code from another's screen, and may have the Russian keyboard on.
const MEANT_BY = {
  O: "0", I: "1", L: "1",
  А: "A", В: "B", Е: "E", К: "K", М: "M", Н: "H", О: "0", Р: "P", С: "C", Т: "T", У: "Y", Х: "X",
};

function readLiveCode(text) {
  const signs = [...text.replace(SPACES_AND_DASHES, "").toUpperCase()];
  const code = signs.map((sign) => MEANT_BY[sign] ?? sign).join("");
  return LIVE_CODE.test(code) ? code : null;
}

// ---- The pass: base45( COSE_Sign1( CWT claims ) )

const ISSUER_OF_PASSES = "mfp";
const CLOCKS_MAY_DIFFER_BY_SECONDS = 300;
const CLAIM = { issuedBy: 1, expires: 4, issued: 6, initials: -65537, union: -65538 };

/**
 * Checks a pass by its signature alone. `keys` are those of `readKeys`, `now` is in seconds.
 * The verdict is "valid", "invalid" or "clock is behind"; throws where the browser cannot check Ed25519.
 */
export async function checkPass(text, keys, now) {
  const envelope = attempt(() => openEnvelope(text));
  if (!envelope || !(await isSigned(envelope, keys))) return { verdict: "invalid" };

  const claims = attempt(() => readClaims(envelope.payload));
  if (!claims || now >= claims.expires) return { verdict: "invalid" };
  if (now < claims.issued - CLOCKS_MAY_DIFFER_BY_SECONDS) return { verdict: "clock is behind" };
  return { verdict: "valid", initials: claims.initials, union: claims.union };
}

// A pass that cannot be read is no pass; why it cannot is nothing to tell a cashier.
function attempt(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

function readClaims(payload) {
  const claims = decodeCbor(payload);
  must(claims instanceof Map, "claims are a map");
  const read = Object.fromEntries(Object.entries(CLAIM).map(([name, label]) => [name, claims.get(label)]));
  must(read.issuedBy === ISSUER_OF_PASSES, "the federation issues passes");
  must(Number.isInteger(read.issued) && Number.isInteger(read.expires), "times are whole seconds");
  must(typeof read.initials === "string" && typeof read.union === "string", "names are texts");
  return read;
}

// ---- COSE_Sign1 (RFC 9052)

const TAG_OF_COSE_SIGN1 = 0xd2;
const HEADER = { algorithm: 1, key: 4 };
const EDDSA = -8;
const KEY_ID_BYTES = 8;
const SIGNATURE_BYTES = 64;

function openEnvelope(text) {
  const parts = decodeCbor(withoutTag(decodeBase45(text.slice(PASS_PREFIX.length))));
  must(Array.isArray(parts) && parts.length === 4, "an envelope has four parts");
  const [signedHeader, otherHeader, payload, signature] = parts;
  must([signedHeader, payload, signature].every(isBytes) && otherHeader instanceof Map, "each part has its type");
  must(signature.length === SIGNATURE_BYTES, "the signature has its length");
  return { signedHeader, payload, signature, keyId: readKeyId(signedHeader) };
}

const withoutTag = (bytes) => (bytes[0] === TAG_OF_COSE_SIGN1 ? bytes.subarray(1) : bytes);
const isBytes = (value) => value instanceof Uint8Array;

// A header that this page does not know could change what the signature means, so there may be none.
function readKeyId(signedHeader) {
  const header = decodeCbor(signedHeader);
  must(header instanceof Map && header.size === 2, "the header names the algorithm and the key");
  must(header.get(HEADER.algorithm) === EDDSA, "the algorithm is EdDSA");
  const keyId = header.get(HEADER.key);
  must(isBytes(keyId) && keyId.length === KEY_ID_BYTES, "the key is named by eight bytes");
  return toBase64Url(keyId);
}

async function isSigned({ signedHeader, payload, signature, keyId }, keys) {
  const bytesOfKey = keys.get(keyId);
  if (!bytesOfKey) return false;
  const key = await crypto.subtle.importKey("raw", bytesOfKey, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, whatIsSigned(signedHeader, payload));
}

// Sig_structure = ["Signature1", the signed header, no data from outside, the payload]
function whatIsSigned(signedHeader, payload) {
  const context = new TextEncoder().encode("Signature1");
  return concatenated([
    Uint8Array.of(0x84, 0x60 + context.length), context,
    startOfBytes(signedHeader.length), signedHeader,
    startOfBytes(0),
    startOfBytes(payload.length), payload,
  ]);
}

function startOfBytes(length) {
  if (length < 24) return Uint8Array.of(0x40 + length);
  if (length < 256) return Uint8Array.of(0x58, length);
  return Uint8Array.of(0x59, length >> 8, length & 255);
}

const concatenated = (pieces) => Uint8Array.from(pieces.flatMap((piece) => [...piece]));

// ---- The keys (a JWK set)

const KEY_BYTES = 32;

/** The Ed25519 keys of a JWK set, by their names. */
export function readKeys(set) {
  const ours = set.keys.filter(({ kty, crv }) => kty === "OKP" && crv === "Ed25519");
  const named = ours.map(({ kid, x }) => [kid, attempt(() => fromBase64Url(x))]);
  return new Map(named.filter(([, bytes]) => bytes?.length === KEY_BYTES));
}

function fromBase64Url(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function toBase64Url(bytes) {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// ---- Base45 (RFC 9285)

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Three signs are two bytes, two signs at the end are one. */
export function decodeBase45(text) {
  const digits = [...text].map((sign) => BASE45.indexOf(sign));
  must(!digits.includes(-1), "every sign is of the alphabet");
  const bytes = [];
  for (let at = 0; at < digits.length; at += 3) bytes.push(...decodeGroup(digits.slice(at, at + 3)));
  return Uint8Array.from(bytes);
}

function decodeGroup(digits) {
  must(digits.length > 1, "no sign stands alone");
  const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
  const isPair = digits.length === 2;
  must(value <= (isPair ? 0xff : 0xffff), "the value fits into its bytes");
  return isPair ? [value] : [value >> 8, value & 255];
}

// ---- CBOR (RFC 8949): as much of it as a pass needs, each thing written in one way only

const MOST_CBOR_BYTES = 512;
const DEEPEST_CBOR = 4;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Integers are numbers, byte strings Uint8Arrays, maps Maps; anything that a pass does not need is refused. */
export function decodeCbor(bytes) {
  must(bytes.length <= MOST_CBOR_BYTES, "a pass is short");
  const source = { bytes, at: 0 };
  const item = readItem(source, 0);
  must(source.at === bytes.length, "nothing follows the end");
  return item;
}

function readItem(source, depth) {
  must(depth <= DEEPEST_CBOR, "a pass is shallow");
  const [start] = take(source, 1);
  const argument = readArgument(source, start & 31);
  switch (start >> 5) {
    case 0: return argument;
    case 1: return -1 - argument;
    case 2: return take(source, argument);
    case 3: return UTF8.decode(take(source, argument));
    case 4: return readArray(source, argument, depth + 1);
    case 5: return readMap(source, argument, depth + 1);
    default: throw new Error("a pass has no other types");
  }
}

// Small numbers stand in the first byte, others in the one, two or four that follow it, whichever is the least.
function readArgument(source, start) {
  if (start < 24) return start;
  must(start <= 26, "lengths are known and below 2^32");
  const argument = take(source, 1 << (start - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
  must(argument >= [24, 0x100, 0x10000][start - 24], "numbers are written in the shortest way");
  return argument;
}

function take(source, length) {
  must(length <= source.bytes.length - source.at, "nothing is cut off");
  source.at += length;
  return source.bytes.subarray(source.at - length, source.at);
}

function readArray(source, length, depth) {
  const items = [];
  while (items.length < length) items.push(readItem(source, depth));
  return items;
}

function readMap(source, length, depth) {
  const map = new Map();
  while (map.size < length) {
    const key = readItem(source, depth);
    must(["number", "string"].includes(typeof key) && !map.has(key), "keys are plain and differ");
    map.set(key, readItem(source, depth));
  }
  return map;
}

function must(isSo, rule) {
  if (!isSo) throw new Error(rule);
}
