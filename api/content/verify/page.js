// A partner's cashier checks a card here. Nothing is kept: the answer stands for a minute, the keys are in memory.

import { checkPass, isPass, readCode, readKeys } from "./pass.js";

const SERVICE = "/graphql";
const KEYS = "/.well-known/card-keys.json";
const QUERY = "query($code: String!) { membershipCardCheck(code: $code) { valid holderInitials issuer checkedAt } }";

const WAIT_MS = 5_000;
const SHOW_MS = 60_000;
const REFRESH_KEYS_MS = 600_000;
const LOOK_AGAIN_MS = 100;

const VERDICTS = {
  valid: "Билет действителен",
  invalid: "Билет недействителен",
  unknown: "Билет не проверен",
};

const SAY = {
  checking: "Проверяем…",
  notACode: "Это не код билета: нужны 8 букв и цифр с экрана, как ABCD-EFGH, или QR-код.",
  serviceFailed: "Служба проверки не смогла ответить. Попробуйте ещё раз.",
  checkedHere: "Проверено без связи: отзыв билета за последние сутки здесь не виден",
  showQr: "Нет связи, а код с экрана без неё не проверить. Попросите владельца показать QR-код.",
  noKeys: "Нет связи, и ключи для проверки без неё не загружены. Откройте эту страницу там, где есть связь.",
  cannotCheckHere: "Нет связи, а этот браузер не умеет проверять билеты без неё. Обновите браузер.",
  clockIsBehind: "Часы этого устройства отстают: проверьте время",
  noCamera: "Камера недоступна. Разрешите доступ к ней в браузере или введите код.",
};

const part = (id) => document.getElementById(id);

// ---- Checking

async function check(typed) {
  const code = readCode(typed);
  if (!code) return complain(SAY.notACode);
  stopAsking();
  show(await answerTo(code));
}

const answerTo = async (code) => (await answerOfService(code)) ?? (await answerWithoutConnection(code));

async function answerOfService(code) {
  const reply = await ask(code);
  if (!reply) return null;
  if (reply.status === 429) return notChecked(askToWait(reply.retryAfter));
  const card = reply.body?.data?.membershipCardCheck;
  if (!card || reply.body.errors) return notChecked(SAY.serviceFailed);
  return card.valid === true
    ? { verdict: "valid", initials: card.holderInitials, union: card.issuer, time: new Date(card.checkedAt) }
    : { verdict: "invalid", time: new Date(card.checkedAt) };
}

const ask = (code) =>
  request(SERVICE, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query: QUERY, variables: { code } }),
  });

async function answerWithoutConnection(code) {
  if (!isPass(code)) return notChecked(SAY.showQr);
  if (keys.size === 0) await refreshKeys();
  if (keys.size === 0) return notChecked(SAY.noKeys);
  try {
    return answerOfPass(await checkPass(code, keys, Date.now() / 1000));
  } catch {
    return notChecked(SAY.cannotCheckHere);
  }
}

const answerOfPass = ({ verdict, initials, union }) =>
  verdict === "clock is behind"
    ? notChecked(SAY.clockIsBehind)
    : { verdict, initials, union, time: new Date(), note: SAY.checkedHere };

const notChecked = (note) => ({ verdict: "unknown", note });

function askToWait(retryAfter) {
  const seconds = Number.parseInt(retryAfter, 10) || 60;
  const word = { one: "секунду", few: "секунды" }[new Intl.PluralRules("ru").select(seconds)] ?? "секунд";
  return `Слишком много проверок, подождите ${seconds} ${word}`;
}

// ---- Asking the server

// Gateways answer so for a service that they cannot reach: for the cashier that is no connection either.
const NOBODY_THERE = [502, 503, 504];

/** The reply, or null when there was none in time. */
async function request(address, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const reply = await fetch(address, { ...options, ...PRIVATELY, signal: patience.signal });
    const body = parsed(await reply.text());
    return NOBODY_THERE.includes(reply.status)
      ? null
      : { status: reply.status, retryAfter: reply.headers.get("retry-after"), body };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const PRIVATELY = { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

let keys = new Map();

// Keys that cannot be had leave the earlier ones in force: they are what checking without a connection is for.
async function refreshKeys() {
  const reply = await request(KEYS);
  if (reply?.status === 200 && reply.body?.keys) keys = readKeys(reply.body);
}

// ---- The form and the answer

function complain(about) {
  say("mistake", about);
  part("code").setAttribute("aria-invalid", "true");
  part("code").focus();
}

function stopComplaining() {
  say("mistake");
  part("code").removeAttribute("aria-invalid");
}

function stopAsking() {
  part("question").reset();
  part("question").hidden = true;
  stopComplaining();
  say("note", SAY.checking);
  part("answer").focus();
}

function show({ verdict, initials, union, time, note }) {
  part("answer").dataset.verdict = verdict;
  say("verdict", VERDICTS[verdict]);
  say("initials", initials);
  say("union", union);
  say("time", time?.toLocaleString("ru", { dateStyle: "long", timeStyle: "medium" }));
  say("note", note);
  part("next").hidden = false;
  part("answer").focus();
  forgetIn(SHOW_MS);
}

function say(id, text = "") {
  const place = part(id);
  place.textContent = text;
  (place.closest("dl > div") ?? place).hidden = !text;
}

function askAgain() {
  forget();
  part("code").focus();
}

function forget() {
  forgetAt = Infinity;
  clearTimeout(forgetting);
  delete part("answer").dataset.verdict;
  ["verdict", "initials", "union", "time", "note"].forEach((id) => say(id));
  part("next").hidden = true;
  part("question").reset();
  part("question").hidden = false;
}

let forgetAt = Infinity;
let forgetting;

function forgetIn(milliseconds) {
  forgetAt = Date.now() + milliseconds;
  forgetting = setTimeout(askAgain, milliseconds);
}

// Timers stand still while a phone sleeps.
function forgetWhatIsOld() {
  if (Date.now() >= forgetAt) askAgain();
}

// ---- Scanning

let scanning = new AbortController();

async function offerScanning() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  part("scan").hidden = !(formats.includes("qr_code") && navigator.mediaDevices?.getUserMedia);
}

async function scan() {
  const { signal: closed } = openScanner();
  const text = await readWithCamera(closed).catch(() => null);
  const changedTheirMind = closed.aborted;
  closeScanner();
  if (text) return check(text);
  if (!changedTheirMind) complain(SAY.noCamera);
}

function openScanner() {
  stopComplaining();
  part("scanner").showModal();
  return (scanning = new AbortController());
}

function closeScanner() {
  scanning.abort();
  part("scanner").close();
}

async function readWithCamera(closed) {
  const camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  whenAborted(closed, () => turnOff(camera));
  const view = part("view");
  view.srcObject = camera;
  await view.play();
  return firstCodeIn(view, closed);
}

// The permission may come when the cashier has already changed their mind.
function whenAborted(signal, act) {
  if (signal.aborted) act();
  signal.throwIfAborted();
  signal.addEventListener("abort", act);
}

function turnOff(camera) {
  camera.getTracks().forEach((track) => track.stop());
  part("view").srcObject = null;
}

async function firstCodeIn(view, closed) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  for (;;) {
    const [seen] = await detector.detect(view);
    closed.throwIfAborted();
    if (seen?.rawValue) return seen.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

// ---- What the cashier and the browser do

part("question").addEventListener("submit", (event) => {
  event.preventDefault();
  check(part("code").value);
});
part("code").addEventListener("input", stopComplaining);
part("next").addEventListener("click", askAgain);
part("scan").addEventListener("click", scan);
part("cancel").addEventListener("click", closeScanner);
part("scanner").addEventListener("close", closeScanner);
document.addEventListener("visibilitychange", () => (document.hidden ? closeScanner() : forgetWhatIsOld()));
addEventListener("pagehide", forget);

offerScanning();
refreshKeys();
setInterval(refreshKeys, REFRESH_KEYS_MS);
