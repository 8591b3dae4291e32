// Pictures of every page, to look at: wide and narrow, light and dark.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { pages } from "../pages.mjs";
import { visitor } from "./browser.mjs";
import { signInAs } from "./helpers.mjs";

/** Writes NAME-WIDTH-SCHEME.png of each page into `folder`. */
export async function takeShots(browser, base, folder) {
  await mkdir(folder, { recursive: true });
  for (const width of [1280, 360]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const { name, path, as } of pages) {
        const context = await visitor(browser, base, { viewport: { width, height: 800 }, colorScheme });
        const page = await context.newPage();
        if (as) await signInAs(page, as);
        const answer = await page.goto(path);
        const file = join(folder, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
        console.log(`${answer.status()} ${path} ${file}`);
        await context.close();
      }
    }
  }
}
