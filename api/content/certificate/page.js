// Anybody checks a certificate here. Nothing is kept; a code that came with the address is taken out of it.

const SERVICE = "/graphql";
const QUERY =
  "query($code: String!) { trainingCertificateCheck(code: $code) { valid course holderInitials issuedOn hours } }";

const WAIT_MS = 5_000;
/** Letters and digits of a code, whatever stands between them. */
const SIGNS = 22;

const VERDICTS = {
  valid: "Свидетельство действительно",
  invalid: "Свидетельство недействительно",
  unknown: "Свидетельство не проверено",
};

const SAY = {
  checking: "Проверяем…",
  notACode: "Это не код свидетельства: в нём 22 буквы и цифры, как 26-04817265-ABCD-EFGH-JKMN.",
  serviceFailed: "Служба проверки не смогла ответить. Попробуйте ещё раз.",
  noConnection: "Нет связи. Попробуйте ещё раз.",
  tooMany: "Слишком много проверок. Подождите минуту.",
};

const part = (id) => document.getElementById(id);

// ---- Checking

async function check(typed) {
  const code = typed.trim();
  if (code.replace(/[\s\-\u2010-\u2015]/gu, "").length !== SIGNS) return complain(SAY.notACode);
  stopAsking();
  show(await answerTo(code));
}

async function answerTo(code) {
  const reply = await ask(code);
  if (!reply) return notChecked(SAY.noConnection);
  if (reply.status === 429) return notChecked(SAY.tooMany);
  const found = reply.body?.data?.trainingCertificateCheck;
  if (!found || reply.body.errors) return notChecked(SAY.serviceFailed);
  return found.valid === true ? { verdict: "valid", ...found } : { verdict: "invalid" };
}

const notChecked = (note) => ({ verdict: "unknown", note });

/** The reply, or null when there was none in time. */
async function ask(code) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), WAIT_MS);
  try {
    const reply = await fetch(SERVICE, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: QUERY, variables: { code } }),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: patience.signal,
    });
    return { status: reply.status, body: parsed(await reply.text()) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
  part("question").hidden = true;
  stopComplaining();
  say("note", SAY.checking);
  part("answer").focus();
}

function show({ verdict, course, holderInitials, issuedOn, hours, note }) {
  part("answer").dataset.verdict = verdict;
  say("verdict", VERDICTS[verdict]);
  say("course", course ?? "");
  say("initials", holderInitials ?? "");
  say("hours", hours ? String(hours) : "");
  say("issued", issuedOn ? day(issuedOn) : "");
  say("note", note);
  part("next").hidden = false;
  part("answer").focus();
}

/** A calendar day of Moscow, whatever the zone of this device. */
function day(text) {
  const [year, month, date] = text.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString("ru", { dateStyle: "long", timeZone: "UTC" });
}

function say(id, text = "") {
  const place = part(id);
  place.textContent = text;
  (place.closest("dl > div") ?? place).hidden = !text;
}

function askAgain() {
  delete part("answer").dataset.verdict;
  ["verdict", "course", "initials", "hours", "issued", "note"].forEach((id) => say(id));
  part("next").hidden = true;
  part("question").reset();
  part("question").hidden = false;
  part("code").focus();
}

// ---- What people and the browser do

part("question").addEventListener("submit", (event) => {
  event.preventDefault();
  check(part("code").value);
});
part("code").addEventListener("input", stopComplaining);
part("next").addEventListener("click", askAgain);

/** What a printed address brings: behind `#`, which no server sees, or as `?code=`. */
function checkWhatCame() {
  const address = new URL(location.href);
  const code = new URLSearchParams(`code=${address.hash.slice(1)}`).get("code") || address.searchParams.get("code");
  if (!code) return;
  history.replaceState(null, "", address.pathname);
  part("code").value = code;
  check(code);
}

checkWhatCame();
