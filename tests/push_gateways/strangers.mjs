// Reads what the product sent to the providers with libraries that know nothing of it: http_ece opens Web Push
// messages, jose verifies tokens.
//
//   node strangers.mjs EVIDENCE.json
//
// The evidence holds public keys, the requests as they came, and the browsers' own keys.

import { createECDH, createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import ece from "http_ece";
import { importJWK, jwtVerify } from "jose";

const [file] = process.argv.slice(2);
if (!file) {
  console.error("usage: node strangers.mjs EVIDENCE.json");
  process.exit(2);
}
const evidence = JSON.parse(await readFile(file, "utf8"));
let passed = 0;

function check(what, isSo, seen) {
  if (!isSo) throw new Error(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen).slice(0, 500)}`);
  passed += 1;
  console.log(`ok  ${what}`);
}

const same = (what, seen, expected) => check(what, isDeepStrictEqual(seen, expected), seen);
const bytes = (text) => Buffer.from(text, "base64url");

/** A point of P-256 as a key that verifies. */
function pointKey(point) {
  const raw = bytes(point);
  same("a public key is an uncompressed point", [raw.length, raw[0]], [65, 4]);
  const x = raw.subarray(1, 33).toString("base64url");
  const y = raw.subarray(33).toString("base64url");
  return importJWK({ kty: "EC", crv: "P-256", x, y }, "ES256");
}

async function googlesAssertion() {
  const key = createPublicKey({ key: bytes(evidence.serviceKey), format: "der", type: "pkcs1" });
  const { payload, protectedHeader } = await jwtVerify(evidence.assertion, key, {
    algorithms: ["RS256"],
    audience: evidence.tokenUri,
    issuer: "push@mfp-test.iam.gserviceaccount.com",
    requiredClaims: ["iat", "exp"],
  });
  same("the assertion names its key", protectedHeader.kid, "0123456789abcdef");
  same("it asks for messages only", payload.scope, "https://www.googleapis.com/auth/firebase.messaging");
  same("it lives for an hour", payload.exp - payload.iat, 3600);
}

async function applesToken() {
  const [scheme, token] = evidence.apnsAuthorization.split(" ");
  same("Apple is shown a bearer token", scheme, "bearer");
  const { payload, protectedHeader } = await jwtVerify(token, await pointKey(evidence.apnsKey), {
    algorithms: ["ES256"],
    issuer: "TEAM567890",
    maxTokenAge: "1h",
  });
  same("it names its key", protectedHeader.kid, "KEY4567890");
  same("it says who and when, and no more", Object.keys(payload).sort(), ["iat", "iss"]);
}

async function aMessageForABrowser({ endpoint, authorization, privateKey, auth, body, expected }) {
  const [, token, key] = authorization.match(/^vapid t=([^,]+),k=([\w-]+)$/) ?? [];
  check("a browser's service is shown a VAPID token", token, authorization);
  same("with the key that browsers subscribe with", key, evidence.vapidKey);
  const { payload } = await jwtVerify(token, await pointKey(key), {
    algorithms: ["ES256"],
    audience: new URL(endpoint).origin,
    requiredClaims: ["exp", "sub"],
  });
  check("it lives for a day at most", payload.exp <= Date.now() / 1000 + 24 * 3600, payload);
  check("it says whom to turn to", /^(mailto|https):/.test(payload.sub), payload);

  const browser = createECDH("prime256v1");
  browser.setPrivateKey(bytes(privateKey));
  const opened = ece.decrypt(bytes(body), { version: "aes128gcm", privateKey: browser, authSecret: auth });
  same("the browser reads what was written", JSON.parse(opened.toString("utf8")), expected);
  const altered = bytes(body);
  altered[altered.length - 20] ^= 1;
  check("and nothing that was altered", !opens(altered, browser, auth));
}

function opens(body, privateKey, authSecret) {
  try {
    ece.decrypt(body, { version: "aes128gcm", privateKey, authSecret });
    return true;
  } catch {
    return false;
  }
}

let failure;
try {
  await googlesAssertion();
  await applesToken();
  for (const message of evidence.messages) await aMessageForABrowser(message);
} catch (error) {
  failure = error;
}
if (failure) console.error(`FAILED  ${failure.stack}`);
console.log(`${passed} passed, ${failure ? 1 : 0} failed`);
process.exitCode = failure ? 1 : 0;
