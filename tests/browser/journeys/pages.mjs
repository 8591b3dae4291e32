// Each page, wide and narrow, light and dark: answers, says its language, has one heading
// of the first level, fits the window, and has no accessibility violation.

import assert from "node:assert/strict";

import { pages } from "../pages.mjs";

export const name = "pages";

export async function run({ newVisitor, signInAs, axe, noSidewaysScroll }) {
  const looks = [
    { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
    { viewport: { width: 360, height: 800 }, colorScheme: "dark" },
  ];
  for (const look of looks) {
    for (const persona of new Set(pages.map(({ as }) => as))) {
      const page = await (await newVisitor(look)).newPage();
      if (persona) await signInAs(page, persona);
      for (const { path } of pages.filter(({ as }) => as === persona)) {
        const answer = await page.goto(path);
        assert.equal(answer.status(), 200, path);
        assert.equal(await page.getAttribute("html", "lang"), path.split("/")[1], `lang of ${path}`);
        assert.equal(await page.locator("h1").count(), 1, `h1 of ${path}`);
        await noSidewaysScroll(page);
        await axe(page);
      }
    }
  }
}
