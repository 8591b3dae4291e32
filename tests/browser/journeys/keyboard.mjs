// Nothing but the keyboard: the skip link, a need found by search, a question asked, signed out.
// Focus is always somewhere that can be seen.

import assert from "node:assert/strict";

export const name = "by keyboard alone";

/** What has focus: its words, and whether a ring or another outline shows it. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    // A tick's ring is around its label.
    const styles = [at, at.closest("label")].filter(Boolean).map((each) => getComputedStyle(each));
    const box = at.getBoundingClientRect();
    return {
      words: (at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "").trim(),
      tag: at.tagName,
      isShown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
      isOutlined: styles.some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none"),
    };
  });

/** Presses Tab until what has focus fits. */
async function tabTo(page, wanted, most = 120) {
  const passed = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    passed.push(at.words);
    if (at.tag === "BODY") continue;
    assert.ok(at.isShown, `focus is out of sight on ${JSON.stringify(at)} at ${page.url()}`);
    // The skip link is only there while it has focus, which shows it.
    assert.ok(at.isOutlined || /innholdet/.test(at.words), `nothing shows the focus on ${JSON.stringify(at)} at ${page.url()}`);
    if (wanted.test(at.words)) return at;
  }
  throw new Error(`${wanted} is not reached by Tab at ${page.url()}: ${passed.join(" | ")}`);
}

export async function run({ page, expect }) {
  await page.goto("/nb/login");
  await tabTo(page, /^Kari Lunde$/);
  await page.keyboard.press("Enter");
  await expect.text(page.locator("header"), "Kari Lunde");

  // The first stop of each page leads past the frame.
  await page.goto("/nb");
  await page.keyboard.press("Tab");
  assert.match((await focused(page)).words, /innholdet/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");

  await page.goto("/nb");
  await tabTo(page, /^Søk i behov$/);
  await page.keyboard.type("fall");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=fall/);
  await tabTo(page, /^Færre fall hjemme/);
  await page.keyboard.press("Enter");
  await expect.path(page, /faerre-fall-hjemme/);
  await tabTo(page, /^Still et spørsmål/);
  await page.keyboard.press("Enter");
  await expect.path(page, /\/ask$/);

  // An empty form is refused, and focus goes to what is wrong.
  await tabTo(page, /^Send spørsmålet$/);
  await page.keyboard.press("Enter");
  await expect.visible(page.locator("ds-error-summary"));
  await expect.path(page, /\/ask$/);
  assert.equal((await focused(page)).tag, "DS-ERROR-SUMMARY", "focus is in the summary of errors");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal((await focused(page)).tag, "TEXTAREA", "the summary leads to the field");
  await page.keyboard.type("Gjelder behovet også om natten?");
  await tabTo(page, /^Send spørsmålet$/);
  await page.keyboard.press("Enter");
  await expect.path(page, /^(?!.*\/ask$)/);
  await tabTo(page, /^Logg ut$/);
  await page.keyboard.press("Enter");
  await expect.text(page.locator("header"), "Logg inn");
}
