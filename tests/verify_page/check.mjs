// Checks the page /verify in a real browser, as a cashier with a keyboard, a phone or no connection meets it.
//
//   node check.mjs BASE_ADDRESS LIVE_CODE PASS ALTERED_PASS
//
// LIVE_CODE and PASS are valid now, ALTERED_PASS differs from a valid pass. The server is asked three times only
// (its limit on checks is strict), and LIVE_CODE first, because it soon ceases to be valid.

import { launchBrowser } from "./browser.mjs";

const [address, liveCode, pass, alteredPass] = process.argv.slice(2);
if (!alteredPass) {
  console.error("usage: node check.mjs BASE_ADDRESS LIVE_CODE PASS ALTERED_PASS");
  process.exit(2);
}
const base = new URL(address).origin;

const VALID = "Билет действителен";
const INVALID = "Билет недействителен";
const UNKNOWN = "Билет не проверен";
const OFFLINE_NOTE = "Проверено без связи: отзыв билета за последние сутки здесь не виден";
const FACTS = ["Инициалы владельца", "Профсоюз", "Время проверки"];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

let passed = 0;

function check(what, isSo, seen) {
  if (!isSo) throw new Error(seen === undefined ? what : `${what}; seen: ${JSON.stringify(seen).slice(0, 500)}`);
  passed += 1;
  console.log(`ok  ${what}`);
}

const same = (what, seen, expected) => check(what, JSON.stringify(seen) === JSON.stringify(expected), seen);

// ---- The browser

/** Opens the page in a browser without a past. `prepare` may put a clock, routes or stubs in its way. */
async function open(options = {}, prepare = async () => {}) {
  const context = await browser.newContext({ locale: "ru-RU", ...options });
  const page = await context.newPage();
  const visit = { context, page, requests: [], faults: [] };
  page.on("request", (request) => visit.requests.push(request));
  page.on("pageerror", (error) => visit.faults.push(String(error)));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) visit.faults.push(message.text());
  });
  await prepare(page);
  const keysHaveCome = endOfRequest(page, "/.well-known/card-keys.json");
  visit.response = await page.goto(`${base}/verify`);
  await keysHaveCome;
  visit.codeField = page.getByRole("textbox", { name: "Код с экрана билета", exact: true });
  visit.checkButton = page.getByRole("button", { name: "Проверить", exact: true });
  visit.scanButton = page.getByRole("button", { name: "Сканировать камерой", exact: true });
  visit.nextButton = page.getByRole("button", { name: "Проверить следующий", exact: true });
  visit.answer = page.getByRole("status", { name: "Результат проверки", exact: true });
  return visit;
}

function endOfRequest(page, path) {
  return new Promise((done) => {
    const isIt = (request) => request.url() === base + path && done();
    page.on("requestfinished", isIt);
    page.on("requestfailed", isIt);
  });
}

async function close({ context, faults }, what) {
  same(`${what}: nothing failed in the page and its policy forbade nothing that it does`, faults, []);
  await context.close();
}

const pathsOf = (requests) => requests.map((request) => new URL(request.url()).pathname);
const questionsOf = ({ requests }) => requests.filter((request) => request.url() === `${base}/graphql`);

async function ask({ codeField }, code) {
  await codeField.fill(code);
  await codeField.press("Enter");
}

async function says({ answer }, what, words) {
  const isSaid = await appears(answer.getByText(words, { exact: true }));
  check(`${what}: «${words}»`, isSaid, await answer.innerText());
}

async function appears(locator) {
  try {
    await locator.waitFor({ timeout: 10 * SECOND });
    return true;
  } catch {
    return false;
  }
}

async function nextOne({ nextButton }) {
  await nextButton.click();
}

const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
const factsShown = async ({ answer }) => linesOf(await answer.locator("dt:visible").allInnerTexts());
const valuesShown = async ({ answer }) => linesOf(await answer.locator("dd:visible").allInnerTexts());
const linesOf = (texts) => texts.map((text) => text.trim());

// ---- What stands in for a server, a camera and an old browser

const cardFound = {
  valid: true,
  holderInitials: "А.-М. К.",
  issuer: "Московская городская организация Общероссийского профсоюза работников жизнеобеспечения",
  checkedAt: new Date().toISOString(),
};
const cardNotFound = { valid: false, holderInitials: null, issuer: null, checkedAt: cardFound.checkedAt };

const serviceSays = (card) => (page) => serviceAnswers({ json: { data: { membershipCardCheck: card } } })(page);
const serviceAnswers = (response) => (page) => page.route("**/graphql", (route) => route.fulfill(response));
const serviceHangs = (page) => page.route("**/graphql", () => {});

const clockFrom = (time) => (page) => page.clock.install({ time });
const clockStandsAt = (time) => (page) => page.clock.setFixedTime(time);

const noScanning = (page) => page.addInitScript(() => delete globalThis.BarcodeDetector);

/** A camera whose stream can be asked whether it is still on, and a detector that sees what the test tells it to. */
const scanningSees =
  (whatIsSeen, { permission = true } = {}) =>
  (page) =>
    page.addInitScript(
      ([text, isPermitted]) => {
        globalThis.stub = { seen: text, cameras: [], wanted: null };
        globalThis.BarcodeDetector = class {
          static getSupportedFormats = async () => ["qr_code"];
          detect = async () => (stub.seen ? [{ rawValue: stub.seen }] : []);
        };
        navigator.mediaDevices.getUserMedia = async (wanted) => {
          if (!isPermitted) throw new DOMException("denied", "NotAllowedError");
          const canvas = document.createElement("canvas");
          canvas.getContext("2d").fillRect(0, 0, 8, 8);
          const camera = canvas.captureStream(30);
          const drawing = setInterval(() => canvas.getContext("2d").fillRect(0, 0, 8, 8), 30);
          camera.getTracks()[0].addEventListener("ended", () => clearInterval(drawing));
          stub.cameras.push(camera);
          stub.wanted = wanted;
          return camera;
        };
      },
      [whatIsSeen, permission],
    );

const camerasOn = ({ page }) =>
  page.evaluate(
    () => stub.cameras.flatMap((camera) => camera.getTracks()).filter((track) => track.readyState === "live").length,
  );
const cameraIsAimed = ({ page }) => page.waitForFunction(() => document.querySelector("video").readyState >= 2);

// ---- With a connection

async function aCashierWithAKeyboard() {
  const visit = await open({}, noScanning);
  const { page, codeField, checkButton, scanButton, nextButton, answer } = visit;
  const addressesBefore = await page.evaluate(() => history.length);

  await page.keyboard.press("Tab");
  check("the input is reached by Tab", await hasFocus(codeField));
  await page.keyboard.type(asTypedCarelessly(liveCode));
  await page.keyboard.press("Enter");

  await says(visit, "a live code typed in small Russian letters", VALID);
  check("the result has the focus", await hasFocus(answer));
  check("the result is announced politely", (await answer.getAttribute("aria-live")) === "polite");
  same("three facts are shown", await factsShown(visit), FACTS);
  const [initials, union, time] = await valuesShown(visit);
  check("initials, no name", initials.length > 0 && !/\p{L}{2}/u.test(initials), initials);
  check("the union", union.length > 1, union);
  check("the time of checking", /\d{4}.*\d\d:\d\d/.test(time), time);
  const lines = (await answer.innerText()).split("\n").filter((line) => line.trim());
  same("and nothing else of the person", lines.length, 1 + 2 * FACTS.length);
  same("the sign beside the words is seen", await page.evaluate(signsSeen), ["valid"]);
  await theQuestionWasPrivate(visit);

  check(
    "the input is hidden and empty",
    !(await codeField.isVisible()) && (await page.locator("#code").inputValue()) === "",
  );
  await page.keyboard.press("Tab");
  check("Tab goes on to «Проверить следующий»", await hasFocus(nextButton));
  await page.keyboard.press("Enter");
  check("then the input has the focus", await hasFocus(codeField));
  check("the input is empty", (await codeField.inputValue()) === "");
  same("the result is gone", (await answer.innerText()).trim(), "");
  check("scanning is not offered where the browser cannot read QR codes", !(await scanButton.isVisible()));

  await page.keyboard.type("0000-0000");
  await page.keyboard.press("Tab");
  check("Tab goes on to «Проверить»", await hasFocus(checkButton));
  await page.keyboard.press("Space");
  await says(visit, "a wrong code", INVALID);
  same("of a wrong code only the time is shown", await factsShown(visit), FACTS.slice(2));
  same("its sign is another one", await page.evaluate(signsSeen), ["invalid"]);
  check("the result has the focus again", await hasFocus(answer));

  await nextOne(visit);
  await ask(visit, `  ${pass}\n`);
  await says(visit, "a pass", VALID);
  same("a pass is sent as it is, spaces inside and all", questionsOf(visit).at(-1).postDataJSON().variables, {
    code: pass,
  });
  same("it tells the same person", (await valuesShown(visit)).slice(0, 2), [initials, union]);
  check("with a connection nothing is said of checking without", !(await answer.innerText()).includes("без связи"));

  await nextOne(visit);
  await ask(visit, "ABCD-EFG");
  const mistake = page.getByRole("alert");
  check("a code that is too short is complained of", await appears(mistake.getByText(/Это не код билета/)));
  check(
    "the input is marked as wrong",
    (await codeField.getAttribute("aria-invalid")) === "true" && (await hasFocus(codeField)),
  );
  await page.keyboard.type("H");
  check("the complaint goes as the cashier types on", !(await mistake.isVisible()));
  same("the server was asked three times", questionsOf(visit).length, 3);

  await nothingIsKept(visit);
  same("the page adds nothing to the history", await page.evaluate(() => history.length), addressesBefore);
  same("nor to its address", page.url(), `${base}/verify`);
  await close(visit, "a cashier with a keyboard");
}

const ON_THE_SCREEN = "abehkmpctyx01";
const READ_AS = "авенкмрстухоl";
const LOOK_ALIKES = new Map([...ON_THE_SCREEN].map((sign, at) => [sign, READ_AS[at]]));

function asTypedCarelessly(code) {
  const signs = [...bare(code).toLowerCase()].map((sign) => LOOK_ALIKES.get(sign) ?? sign);
  return ` ${signs.slice(0, 3).join("")} ${signs.slice(3, 6).join("")} – ${signs.slice(6).join("")}`;
}

const bare = (code) => code.replaceAll("-", "");

async function theQuestionWasPrivate(visit) {
  const [question] = questionsOf(visit);
  const headers = await question.allHeaders();
  same("the code is sent as eight signs", question.postDataJSON().variables, { code: bare(liveCode) });
  same("in JSON", headers["content-type"], "application/json");
  same("asking for a GraphQL answer", headers.accept, "application/graphql-response+json");
  check(
    "without cookies, credentials or the page's address",
    !headers.cookie && !headers.authorization && !headers.referer,
    headers,
  );
}

async function nothingIsKept({ context, page }) {
  const kept = await page.evaluate(async () => [
    localStorage.length,
    sessionStorage.length,
    document.cookie,
    (await indexedDB.databases()).length,
    isSecureContext ? (await caches.keys()).length : 0,
  ]);
  same("nothing is stored in the browser", kept, [0, 0, "", 0, 0]);
  same("nor are there cookies", await context.cookies(), []);
}

async function thePageItself() {
  const visit = await open({}, noScanning);
  const { page, response, requests } = visit;
  same("the page answers", response.status(), 200);
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  for (const rule of ["default-src 'none'", "script-src 'self'", "form-action 'none'", "frame-ancestors 'none'"])
    check(`its policy has ${rule}`, policy.includes(rule), policy);
  check("its policy permits nothing inline", !policy.includes("unsafe"), policy);
  same("the camera is for this page only", headers["permissions-policy"], "camera=(self)");

  same("the title", await page.title(), "Проверка профсоюзного билета");
  same("the language", await page.locator("html").getAttribute("lang"), "ru");
  const outline = await page.locator("main").ariaSnapshot();
  for (const line of [
    'heading "Проверка профсоюзного билета" [level=1]',
    'textbox "Код с экрана билета"',
    'button "Проверить"',
  ])
    check(`a screen reader finds ${line}`, outline.includes(`- ${line}`), outline);

  const own = ["/.well-known/card-keys.json", "/verify", "/verify/page.css", "/verify/page.js", "/verify/pass.js"];
  same("it loads its own five files", pathsOf(requests).sort(), own);
  check(
    "and nothing from elsewhere",
    requests.every((request) => new URL(request.url()).origin === base),
  );
  await passesAreReadStrictly(page);
  await close(visit, "the page itself");
}

async function passesAreReadStrictly(page) {
  const read = await page.evaluate(readWithThePage, [BASE45, CBOR, CODES.map(([typed]) => typed)]);
  same("base45 is read as RFC 9285 has it", read.base45, Object.values(BASE45.good));
  same("what is not base45 is refused", read.base45Accepted, []);
  same("CBOR is read", read.cbor, CBOR.good[1]);
  same("CBOR that is not strict is refused", read.cborAccepted, []);
  same(
    "codes are read as they were meant",
    read.codes,
    CODES.map(([, meant]) => meant),
  );
}

const BASE45 = {
  good: { BB8: "AB", "%69 VD92EX0": "Hello!!", QED8WEX0: "ietf!", "": "" },
  bad: ["A", "BB8A", ":::", "GGW", "::", "bb8", "BB8\n", "Ж"],
};

const CBOR = {
  good: [
    "a3 01 1864 3a00010000 62d0bf 617a 83 00 4107 a0",
    [
      [1, 100],
      [-65537, "п"],
      ["z", [0, [7], []]],
    ],
  ],
  bad: {
    nothing: "",
    "bytes after the end": "00 00",
    "a text that is cut off": "62 61",
    "an array that is cut off": "82 01",
    "an enormous array": "9affffffff",
    "a list of unknown length": "9f 01 ff",
    "bytes of unknown length": "5f 4101 ff",
    "a number that is written too long": "1817",
    "a length that is written too long": "590001 ff",
    "a number of eight bytes": "1b0000000100000000",
    "a fraction": "f93c00",
    "a tag": "c1 00",
    true: "f5",
    "a key twice": "a2 0101 0102",
    "a key that is a list": "a1 80 01",
    "text that is not UTF-8": "61ff",
    "deep nesting": "81 81 81 81 81 00",
    "too many bytes": `590300 ${"00".repeat(0x300)}`,
  },
};

const CODES = [
  ["abcd-efgh", "ABCDEFGH"],
  ["o0i1-lzzz", "00111ZZZ"],
  ["авек мнор", "ABEKMH0P"],
  ["СТУХ – СТУХ", "CTYXCTYX"],
  ["ABCD-EFG", null],
  ["ABCD-EFGHJ", null],
  ["ABCD-EFGU", null],
  ["", null],
  [" PF1:aB c- ", "PF1:aB c-"],
  ["pf1:ABCD", null],
  [`PF1:${"A".repeat(397)}`, null],
];

async function readWithThePage([base45, cbor, codes]) {
  const { decodeBase45, decodeCbor, readCode } = await import("/verify/pass.js");
  const accepts = (decode, written) => {
    try {
      decode(written);
      return true;
    } catch {
      return false;
    }
  };
  const bytes = (hex) => Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
  const decodeHex = (hex) => decodeCbor(bytes(hex));
  const plain = (item) => (item instanceof Object ? [...item].map(plain) : item);
  return {
    base45: Object.keys(base45.good).map((text) => new TextDecoder().decode(decodeBase45(text))),
    base45Accepted: base45.bad.filter((text) => accepts(decodeBase45, text)),
    cbor: plain(decodeHex(cbor.good[0])),
    cborAccepted: Object.keys(cbor.bad).filter((name) => accepts(decodeHex, cbor.bad[name])),
    codes: codes.map(readCode),
  };
}

async function aServiceInTrouble() {
  for (const words of ["1 секунду", "3 секунды", "12 секунд"]) {
    const limit = {
      status: 429,
      headers: { "retry-after": words.split(" ")[0] },
      json: { errors: [{ message: "limit" }] },
    };
    await aBadAnswer("too many checks", limit, `Слишком много проверок, подождите ${words}`);
  }
  const failed = "Служба проверки не смогла ответить. Попробуйте ещё раз.";
  await aBadAnswer(
    "errors",
    { json: { errors: [{ message: "secret" }], data: { membershipCardCheck: cardFound } } },
    failed,
  );
  await aBadAnswer("a fault of the server", { status: 500, body: "oops" }, failed);
  await aBadAnswer("no service behind the gateway", { status: 503, body: "" }, OFFLINE_NOTE, VALID);
}

async function aBadAnswer(what, response, words, verdict = UNKNOWN) {
  const visit = await open({}, serviceAnswers(response));
  await ask(visit, pass);
  await says(visit, what, words);
  await says(visit, what, verdict);
  same(`${what}: its sign is seen`, await visit.page.evaluate(signsSeen), [verdict === VALID ? "valid" : "unknown"]);
  await close(visit, what);
}

function signsSeen() {
  const signs = [...document.querySelectorAll("svg path")].filter((path) => path.checkVisibility());
  return signs.map((path) => path.getAttribute("class"));
}

// ---- Without a connection

async function aCashierInTheMetro() {
  const visit = await open();
  const { context, page, answer } = visit;
  await context.setOffline(true);

  await ask(visit, pass);
  await says(visit, "offline, a pass", VALID);
  await says(visit, "offline, a pass", OFFLINE_NOTE);
  same("offline the same facts are shown", await factsShown(visit), FACTS);
  const [initials, union] = await valuesShown(visit);
  check("offline, initials and the union", initials && !/\p{L}{2}/u.test(initials) && union, [initials, union]);
  check("offline the result has the focus", await hasFocus(answer));

  await nextOne(visit);
  await ask(visit, alteredPass);
  await says(visit, "offline, an altered pass", INVALID);
  same("of an altered pass only the time is shown", await factsShown(visit), FACTS.slice(2));

  await nextOne(visit);
  await ask(visit, liveCode);
  await says(
    visit,
    "offline, a live code",
    "Нет связи, а код с экрана без неё не проверить. Попросите владельца показать QR-код.",
  );
  await says(visit, "offline, a live code", UNKNOWN);

  const accepted = await page.evaluate(acceptedAlterations, [pass, await keySet()]);
  same("no pass with one sign altered is valid", accepted, []);
  await nothingIsKept(visit);
  await close(visit, "a cashier in the metro");
}

const keySet = async () => (await fetch(`${base}/.well-known/card-keys.json`)).json();

async function acceptedAlterations([text, set]) {
  const { checkPass, readKeys } = await import("/verify/pass.js");
  const keys = readKeys(set);
  const now = Date.now() / 1000;
  const isValid = async (altered) => (await checkPass(altered, keys, now)).verdict === "valid";
  if (!(await isValid(text))) return ["the pass itself is not valid"];
  const accepted = [];
  for (let at = "PF1:".length; at < text.length; at += 1)
    for (const sign of ["0", "7", " ", "Z", ""]) {
      const altered = text.slice(0, at) + sign + text.slice(at + 1);
      if (altered !== text && (await isValid(altered))) accepted.push(altered);
    }
  return accepted;
}

async function aServiceThatHangs() {
  const visit = await open({}, async (page) => {
    await clockFrom(new Date())(page);
    await serviceHangs(page);
  });
  await ask(visit, pass);
  await says(visit, "while the service is asked", "Проверяем…");
  await visit.page.waitForTimeout(SECOND / 2);
  await visit.page.clock.fastForward(5 * SECOND);
  await says(visit, "after five seconds without an answer", OFFLINE_NOTE);
  await close(visit, "a service that hangs");
}

async function clocksAndLimits() {
  const long = 20 * 365 * DAY;
  const behind = "Часы этого устройства отстают: проверьте время";
  await offline("a device two days behind", clockStandsAt(Date.now() - 2 * DAY), [UNKNOWN, behind]);
  await offline("a pass that has expired", clockStandsAt(Date.now() + long), [INVALID, OFFLINE_NOTE]);

  const noEd25519 = (page) =>
    page.addInitScript(() => {
      SubtleCrypto.prototype.importKey = async () => {
        throw new DOMException("", "NotSupportedError");
      };
    });
  const updateIt = "Нет связи, а этот браузер не умеет проверять билеты без неё. Обновите браузер.";
  await offline("a browser without Ed25519", noEd25519, [UNKNOWN, updateIt]);

  const noKeys = (page) => page.route("**/card-keys.json", (route) => route.abort());
  const openIt = "Нет связи, и ключи для проверки без неё не загружены. Откройте эту страницу там, где есть связь.";
  await offline("a page that got no keys", noKeys, [UNKNOWN, openIt]);
}

async function offline(what, prepare, sentences) {
  const visit = await open({}, prepare);
  await visit.context.setOffline(true);
  await ask(visit, pass);
  for (const words of sentences) await says(visit, what, words);
  await close(visit, what);
}

// ---- Time

async function aMinuteLater() {
  const visit = await open({}, async (page) => {
    await clockFrom(new Date())(page);
    await serviceSays(cardFound)(page);
  });
  const { page, answer, codeField } = visit;
  await ask(visit, liveCode);
  await says(visit, "before a minute has passed", VALID);
  await page.clock.fastForward(50 * SECOND);
  check("after fifty seconds the result still stands", (await answer.innerText()).includes(VALID));
  await page.clock.fastForward(11 * SECOND);
  same("after a minute the result is gone", (await answer.innerText()).trim(), "");
  check("and the input has the focus", await hasFocus(codeField));

  const keysComeAgain = endOfRequest(page, "/.well-known/card-keys.json");
  await page.clock.fastForward(10 * MINUTE);
  await keysComeAgain;
  check("after ten minutes the keys are fetched anew", true);
  await close(visit, "a minute later");
}

// ---- The camera

async function aCashierWithACamera() {
  const visit = await openWithCamera(pass, serviceSays(cardFound));
  await visit.scanButton.click();
  await says(visit, "a pass that was scanned", VALID);
  same("the camera is off as soon as it was read", await camerasOn(visit), 0);
  same("what was scanned is sent", questionsOf(visit)[0].postDataJSON().variables, { code: pass });
  same("it is the rear camera that is asked for, without sound", await visit.page.evaluate(() => stub.wanted), {
    video: { facingMode: "environment" },
  });
  check("the result has the focus after scanning", await hasFocus(visit.answer));
  await close(visit, "a cashier with a camera");

  const endings = {
    "«Отмена»": ({ page }) => page.getByRole("button", { name: "Отмена" }).click(),
    Escape: ({ page }) => page.keyboard.press("Escape"),
    "hiding the page": ({ page }) => page.evaluate(hideThePage),
  };
  for (const [how, end] of Object.entries(endings)) await scanningEndsBy(how, end);

  const stranger = await openWithCamera("https://example.org/");
  await stranger.scanButton.click();
  check(
    "a QR code of something else is complained of",
    await appears(stranger.page.getByRole("alert").getByText(/Это не код билета/)),
  );
  same("and is sent nowhere", questionsOf(stranger).length, 0);
  await close(stranger, "a QR code of something else");

  const refused = await openWithCamera(pass, serviceSays(cardFound), { permission: false });
  await refused.scanButton.click();
  check(
    "without permission the page says so",
    await appears(refused.page.getByRole("alert").getByText(/Камера недоступна/)),
  );
  check("and typing goes on", await hasFocus(refused.codeField));
  await ask(refused, liveCode);
  await says(refused, "typing after a refused camera", VALID);
  await close(refused, "a camera without permission");
}

const openWithCamera = (whatIsSeen, service = async () => {}, options = {}) =>
  open({}, async (page) => {
    await scanningSees(whatIsSeen, options)(page);
    await service(page);
  });

async function scanningEndsBy(how, end) {
  const visit = await openWithCamera("");
  const { page, scanButton, codeField } = visit;
  await scanButton.click();
  await cameraIsAimed(visit);
  same(`before ${how} the camera is on`, await camerasOn(visit), 1);
  check(`before ${how} «Отмена» has the focus`, await hasFocus(page.getByRole("button", { name: "Отмена" })));
  await end(visit);
  await page.locator("dialog").waitFor({ state: "hidden" });
  same(`${how} turns the camera off`, await camerasOn(visit), 0);
  check(`after ${how} one can type`, (await codeField.isVisible()) && !(await page.getByRole("alert").isVisible()));
  await close(visit, `scanning ended by ${how}`);
}

function hideThePage() {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

// ---- What it looks like

async function everyLook() {
  for (const colorScheme of ["light", "dark"])
    for (const [state, reach] of Object.entries(STATES)) {
      const visit = await openWithCamera("", reach.service);
      await visit.page.emulateMedia({ colorScheme });
      await reach.act(visit);
      await isLegible(visit, `${colorScheme}, ${state}`);
      await fits(visit, `${colorScheme}, ${state}`);
      await close(visit, `${colorScheme}, ${state}`);
    }
}

const STATES = {
  asking: { act: async () => {} },
  "a mistake": { act: (visit) => ask(visit, "ABC") },
  valid: { service: serviceSays(cardFound), act: (visit) => askAndSee(visit, VALID) },
  invalid: { service: serviceSays(cardNotFound), act: (visit) => askAndSee(visit, INVALID) },
  "not checked": { service: serviceAnswers({ status: 500 }), act: (visit) => askAndSee(visit, UNKNOWN) },
  scanning: { act: (visit) => visit.scanButton.click() },
};

async function askAndSee(visit, verdict) {
  await ask(visit, liveCode);
  await visit.answer.getByText(verdict, { exact: true }).waitFor();
}

async function isLegible({ page }, what) {
  const { texts, lines, moving } = await page.evaluate(measureContrast);
  const worst = texts.sort((one, other) => one.ratio - other.ratio)[0];
  check(`${what}: contrast of texts is at least 4.5 (${worst.ratio.toFixed(1)})`, worst.ratio >= 4.5, worst);
  check(
    `${what}: contrast of outlines and signs is at least 3`,
    lines.every(({ ratio }) => ratio >= 3),
    lines,
  );
  same(`${what}: nothing moves`, moving, 0);
}

function measureContrast() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const isOpaque = (color) => (channels(color)[3] ?? 1) === 1;
  const style = (element) => getComputedStyle(element);
  const paperOf = (element) => {
    for (let place = element; place; place = place.parentElement)
      if (isOpaque(style(place).backgroundColor)) return style(place).backgroundColor;
    throw new Error("the page has no background of its own");
  };
  const linear = (channel) => (channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const seen = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const texts = seen
    .filter((element) => hasText(element) || element.matches("input"))
    .map((element) => ({
      what: element.id || element.textContent,
      ratio: ratio(style(element).color, paperOf(element)),
    }));
  const outlines = seen
    .filter((element) => element.matches("input, button, [data-verdict]"))
    .map((element) => ({
      what: element.id || element.textContent,
      ratio: ratio(style(element).borderTopColor, paperOf(element.parentElement)),
    }));
  const signs = seen
    .filter((element) => element.matches("path"))
    .map((element) => ({ what: element.getAttribute("class"), ratio: ratio(style(element).stroke, paperOf(element)) }));
  return { texts, lines: [...outlines, ...signs], moving: document.getAnimations().length };
}

async function fits({ page }, what) {
  await page.setViewportSize({ width: 320, height: 568 });
  const tooSmall = await page.evaluate(() =>
    [...document.querySelectorAll("input, button")]
      .filter((element) => element.checkVisibility())
      .filter((element) => Math.min(element.offsetWidth, element.offsetHeight) < 44)
      .map((element) => element.id || element.textContent),
  );
  same(`${what}: everything to be touched is large enough`, tooSmall, []);
  for (const textSize of ["100%", "200%"]) {
    const width = await page.evaluate((size) => {
      document.documentElement.style.fontSize = size;
      return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
    }, textSize);
    check(`${what}: at 320 px, letters at ${textSize}, nothing scrolls sideways`, width <= 320, width);
  }
}

// ----

const browser = await launchBrowser();
let failure;
try {
  await aCashierWithAKeyboard();
  await thePageItself();
  await aServiceInTrouble();
  await aCashierInTheMetro();
  await aServiceThatHangs();
  await clocksAndLimits();
  await aMinuteLater();
  await aCashierWithACamera();
  await everyLook();
} catch (error) {
  failure = error;
}
await browser.close();
if (failure) console.error(`FAILED  ${failure.stack}`);
console.log(`${passed} passed, ${failure ? 1 : 0} failed`);
process.exitCode = failure ? 1 : 0;
