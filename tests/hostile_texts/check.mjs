// Opens texts that were written to do harm, as readers get them, and touches everything in them.
//
//   node check.mjs FOLDER
//
// In FOLDER/01.html, 02.html … nothing may happen. In each FOLDER/control-….html something must, or this check
// would see nothing at all. The pages have no policy: what stops a script there is the text alone.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { launchBrowser } from "../verify_page/browser.mjs";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node check.mjs FOLDER");
  process.exit(2);
}

const ORIGIN = "https://reader.example";
/** The only thing that a text may fetch: its own pictures. */
const PICTURES = `${ORIGIN}/media/`;
const ONE_PIXEL = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
/** How long what runs by itself, or at an event, has to do so, in milliseconds. */
const PATIENCE = 100;

/** Opens one page and says what happened in it that nobody asked for. */
async function happeningsIn(name) {
  const address = `${ORIGIN}/${name}`;
  const happenings = [];
  const context = await browser.newContext({ locale: "ru-RU" });
  await context.exposeFunction("itHappened", (what) => happenings.push(what));
  await context.addInitScript(setTraps);
  let isOpen = false;
  await context.route("**/*", (route) => {
    const request = route.request();
    if (!isOpen && request.url() === address) {
      isOpen = true;
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: readFileSync(join(folder, name)) });
    }
    if (request.url().startsWith(PICTURES) && request.resourceType() === "image")
      return route.fulfill({ contentType: "image/gif", body: ONE_PIXEL });
    happenings.push(`asked for ${request.resourceType()} ${request.url()}`);
    return route.abort();
  });
  context.on("page", (opened) => opened.opener().then((opener) => opener && happenings.push("opened a window")));
  const page = await context.newPage();
  const developer = await context.newCDPSession(page);
  // Every script that the engine compiles; the driver's own have no address.
  developer.on("Debugger.scriptParsed", ({ url }) => url && happenings.push(`compiled a script of ${url.slice(0, 100)}`));
  await developer.send("Debugger.enable");
  page.on("dialog", (dialog) => {
    happenings.push(`showed ${dialog.type()}`);
    return dialog.dismiss();
  });
  page.on("download", () => happenings.push("began a download"));
  page.on("pageerror", (error) => happenings.push(`failed in a script: ${error}`));
  await page.goto(address);
  page.on("framenavigated", (frame) => happenings.push(`went to ${frame.url()}`));
  await page.waitForTimeout(PATIENCE);
  try {
    const { touched, faults } = await page.evaluate(touchEverything);
    elementsTouched += touched;
    happenings.push(...faults);
    await page.waitForTimeout(PATIENCE);
  } catch (error) {
    happenings.push(`did not bear being touched: ${error.message}`);
  }
  await context.close();
  return happenings;
}

/** In the page, before anything of it: whatever a hostile text would call tells of it. */
function setTraps() {
  const tell = globalThis.itHappened;
  for (const name of ["alert", "confirm", "prompt", "print", "open", "fetch"])
    globalThis[name] = (...values) => void tell(`called ${name}(${values.join()})`);
  navigator.sendBeacon = (address) => void tell(`sent a beacon to ${address}`);
  document.write = (text) => void tell(`wrote ${text}`);
}

/** In the page: hovers over, focuses and clicks each element, where it is and where else it might be put. */
function touchEverything() {
  const faults = [];
  let touched = 0;
  const EVENTS = ["pointerover", "pointerenter", "mouseover", "mouseenter", "mousemove", "mousedown", "mouseup"];
  const PLACES = ["svg", "math", "table", "select", "noscript"];

  // Following a link that may be there would end the visit; any other is followed.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (/^(https:\/\/|mailto:|tel:)/.test(link?.getAttribute("href") ?? "")) event.preventDefault();
  });

  const isScript = ({ value }) => value.replace(/[\0- ]/g, "").toLowerCase().startsWith("javascript:");
  const touch = (element) => {
    touched += 1;
    if ([...element.attributes].some(isScript)) faults.push(`leads to a script: ${element.outerHTML.slice(0, 300)}`);
    for (const type of EVENTS) element.dispatchEvent(new MouseEvent(type, { bubbles: true }));
    element.focus?.();
    element.blur?.();
    element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
  };
  const touchAllIn = (place) => place.querySelectorAll("*").forEach(touch);

  const articles = [...document.querySelectorAll("article")];
  touchAllIn(document.body);
  for (const article of articles) {
    const html = article.innerHTML;
    const place = document.body.appendChild(document.createElement("div"));
    place.innerHTML = html;
    if (place.innerHTML !== html) faults.push(`changed when it was parsed again: ${html.slice(0, 300)}`);
    for (const name of PLACES) {
      place.innerHTML = `<${name}>${html}</${name}>`;
      touchAllIn(place);
    }
    place.remove();
  }
  return { touched, faults };
}

const names = readdirSync(folder).sort();
const controls = names.filter((name) => name.startsWith("control-"));
const pages = names.filter((name) => !name.startsWith("control-"));
if (!controls.length || !pages.length) throw new Error(`${folder} lacks pages or controls`);

const browser = await launchBrowser();
let elementsTouched = 0;
let failed = 0;
for (const name of names) {
  const happenings = await happeningsIn(name);
  const isAsItShould = controls.includes(name) === happenings.length > 0;
  if (isAsItShould) continue;
  failed += 1;
  console.error(`FAILED  ${name}: ${happenings.length ? happenings.slice(0, 20).join("\n  ") : "nothing was noticed"}`);
}
await browser.close();
console.log(`${pages.length} pages and ${controls.length} controls, ${elementsTouched} touches, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
