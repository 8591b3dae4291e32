// Every page that a link leads to, for everybody: answers, says its language, has one heading of
// the first level, fits a phone, has nothing inline, and no accessibility violation. Each kind of page is checked
// once in each language; widths and colour schemes alternate between them.

import assert from "node:assert/strict";

import { crawl } from "../lib/crawl.mjs";

export const name = "every page";

const PERSONAS = [null, "Ingrid Moen", "Kari Lunde", "Kjersti Haukeland", "Berit Platou"];
/** Code or looks within a page: the content security policy would leave them out. */
const INLINE = /<script(?![^>]*\ssrc=)|<style|<[a-z][^>]*\s(?:style|on[a-z]+)=|(?:href|src)="(?:javascript|data):/i;
const WIDE = { viewport: { width: 1280, height: 900 } };
const NARROW = { viewport: { width: 360, height: 800 } };
const LOOKS = [
  { ...WIDE, colorScheme: "light" },
  { ...NARROW, colorScheme: "dark" },
  { ...NARROW, colorScheme: "light" },
  { ...WIDE, colorScheme: "dark" },
];

export async function run({ newVisitor, signInAs, axe, noSidewaysScroll }) {
  const checked = new Set();
  const wrong = [];
  let turn = 0;
  for (const persona of PERSONAS) {
    const contexts = await Promise.all(LOOKS.map((look) => newVisitor(look)));
    const pages = await Promise.all(contexts.map((context) => context.newPage()));
    if (persona) for (const page of pages) await signInAs(page, persona);
    for (const page of pages) {
      page.on("console", (said) => {
        if (/Content.Security.Policy/i.test(said.text())) wrong.push(`${page.url()}: ${said.text()}`);
      });
    }
    const home = new URL(pages[0].url()).pathname;
    const found = await crawl(contexts[0], persona ? ["/nb", home] : ["/nb", "/nb/login"]);
    // Who acts for another kind of organisation is told so, and led to where that can be changed.
    const isRefusal = ({ status, html }) => status === 403 && html.includes('class="ds-button" href="/nb/act-as"');
    const broken = found.filter((page) => page.status >= 400 && !isRefusal(page)).map(({ status, path, from }) => `${status} ${path} from ${from}`);
    if (broken.length > 0) wrong.push(`${persona ?? "a visitor"} finds links that lead nowhere:\n${broken.join("\n")}`);
    const inline = found.map(({ path, html }) => [path, INLINE.exec(html)?.[0]]).filter(([, what]) => what);
    if (inline.length > 0) wrong.push(`inline code: ${inline.map((one) => one.join(": ")).join(", ")}`);
    assert.ok(found.length > 30, `only ${found.length} pages of ${persona}`);
    for (const { path, kind, html, status } of found) {
      // Signed in or not, buyer or supplier: the same address may be another page.
      const key = `${kind} ${persona}`;
      if (html === "" || status >= 400 || checked.has(key)) continue;
      checked.add(key);
      // A page that strangers see too was read in all languages for them.
      const languages = checked.has(`${kind} null`) && persona ? ["nb"] : ["nb", "nn", "en"];
      for (const language of languages) {
        const page = pages[turn % LOOKS.length];
        turn += 1;
        const address = path.replace(/^\/nb(?=\/|\?|$)/, `/${language}`);
        try {
          const answer = await page.goto(address);
          assert.ok(answer.status() < 400, `${answer.status()} ${address}`);
          assert.equal(await page.getAttribute("html", "lang"), address.split(/[/?]/)[1], `lang of ${address}`);
          assert.equal(await page.locator("h1").count(), 1, `h1 of ${address}`);
          const title = await page.title();
          assert.match(title, /\S+.* – Samspill$/, `title of ${address}`);
          await noSidewaysScroll(page);
          await axe(page);
        } catch (error) {
          wrong.push(`${persona ?? "a visitor"}: ${error.message}`);
        }
      }
    }
    await Promise.all(contexts.map((context) => context.close()));
  }
  assert.equal(wrong.length, 0, wrong.join("\n\n"));
}
