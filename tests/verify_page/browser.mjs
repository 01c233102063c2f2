// The browser that the checks in a real one use: the system's own Chromium, or what CHROMIUM names.

import { accessSync, constants } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { chromium } from "playwright-core";

export const launchBrowser = () => chromium.launch({ executablePath: findProgram(process.env.CHROMIUM || "chromium") });

function findProgram(name) {
  if (name.includes("/")) return resolve(name);
  const places = process.env.PATH.split(delimiter).map((folder) => join(folder, name));
  const found = places.find(isExecutable);
  if (!found) throw new Error(`${name} is not installed; set CHROMIUM to the browser's path`);
  return found;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
