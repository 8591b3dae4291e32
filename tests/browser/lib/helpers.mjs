// What journeys share: looking, waiting, signing in, reading mail, checking accessibility.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PATIENCE_MS = 10_000;

/** Repeats `attempt` until it throws no more. */
export async function eventually(attempt, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}

/** Claims about a page that wait until they hold. */
export const expect = {
  async visible(locator) {
    await locator.first().waitFor({ state: "visible", timeout: PATIENCE_MS });
  },
  async hidden(locator) {
    await eventually(async () => assert.equal(await locator.filter({ visible: true }).count(), 0, `${locator} is visible`));
  },
  async count(locator, number) {
    await eventually(async () => assert.equal(await locator.count(), number, `count of ${locator}`));
  },
  async text(locator, wanted) {
    await eventually(async () => {
      const text = (await locator.first().innerText({ timeout: PATIENCE_MS })).trim();
      if (wanted instanceof RegExp) assert.match(text, wanted);
      else assert.ok(text.includes(wanted), `"${wanted}" is not in: ${text}`);
    });
  },
  async value(locator, wanted) {
    await eventually(async () => assert.equal(await locator.inputValue({ timeout: PATIENCE_MS }), wanted));
  },
  async path(page, wanted) {
    await eventually(async () => {
      const { pathname } = new URL(page.url());
      if (wanted instanceof RegExp) assert.match(pathname, wanted);
      else assert.equal(pathname, wanted);
    });
  },
};

/** Fails on every violation of WCAG 2.2 A and AA and of axe's best practices. */
export async function axe(page) {
  // Through the debugging protocol, which our content security policy does not bind.
  await page.evaluate(`${axeSource};undefined`);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.ok(passes.length > 0, "axe checked nothing");
  const text = violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map((node) => `    ${node.target.join(" ")}\n      ${node.failureSummary.replaceAll("\n", "\n      ")}`);
    return `  ${id} (${impact}): ${help}\n${places.join("\n")}`;
  });
  assert.equal(violations.length, 0, `axe on ${page.url()}\n${text.join("\n")}`);
}

/** The page must not be wider than the window (WCAG 1.4.10). */
export async function noSidewaysScroll(page) {
  const { wanted, given } = await page.evaluate(() => ({
    wanted: document.documentElement.scrollWidth,
    given: document.documentElement.clientWidth,
  }));
  assert.ok(wanted <= given, `${page.url()} is ${wanted} px wide in a window of ${given} px`);
}

/** Signs in with a persona's button. */
export async function signInAs(page, persona) {
  await page.goto("/nb/login");
  await page.getByRole("button", { name: persona }).first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/login"));
}

/** The demo's mailbox: `{to, subject, text, html, sent_at}`, in the order in which they were sent. */
export function mailboxOf(base) {
  const all = async () => {
    const answer = await fetch(`${base}/dev/mail.json`);
    assert.equal(answer.status, 200, "/dev/mail.json");
    return await answer.json();
  };
  /** Waits for a mail to `to` whose subject or text fits; the newest of them. */
  const find = (to, wanted) =>
    eventually(async () => {
      const mails = await all();
      const fits = mails.filter((mail) => mail.to.includes(to) && (wanted.test(mail.subject) || wanted.test(mail.text)));
      assert.ok(fits.length > 0, `no mail to ${to} with ${wanted} among ${mails.length}`);
      return fits.reduce((newest, mail) => (mail.sent_at >= newest.sent_at ? mail : newest));
    });
  return { all, find };
}
