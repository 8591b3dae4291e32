// A start-up without an account: signs in by link and by code, registers its company, and
// asks to be told; each on the first try.

import assert from "node:assert/strict";

export const name = "a newcomer signs in and registers a company";

const ADDRESS = "stine@nyflyt.example.com";

export async function run({ page, newVisitor, expect, mailbox }) {
  const press = (on, label) => on.getByRole("button", { name: label, exact: true }).first().click();
  await page.goto("/nb/needs/faerre-fall-hjemme-blant-eldre");
  await page.getByRole("link", { name: "Gi innspill" }).first().click();
  await expect.path(page, "/nb/login");
  await page.getByLabel("E-postadresse").fill(ADDRESS);
  await press(page, "Send meg lenke og kode");
  await expect.path(page, /\/login\/code$/);

  const mail = await mailbox.find(ADDRESS, /kode|logg inn/i);
  const link = mail.text.match(/https?:\S+\/login\/confirm\S*/)?.[0];
  const code = mail.text.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)?.[0];
  assert.ok(link && code, mail.text);

  // A mail scanner opens the link, twice; another browser is told to type the code.
  for (let time = 0; time < 2; time += 1) assert.equal((await fetch(link)).status, 200);
  const elsewhere = await (await newVisitor()).newPage();
  await elsewhere.goto(link);
  await expect.text(elsewhere.getByRole("main"), "Skriv koden fra e-posten der.");
  assert.equal(await elsewhere.getByRole("button", { name: "Logg inn", exact: true }).count(), 0);

  // A wrong code is refused in words; the right one, as people type it, is taken.
  await page.getByLabel("Koden i e-posten").fill("AAAA-AAAA");
  await press(page, "Logg inn");
  await expect.visible(page.locator("ds-error-summary"));
  await page.getByLabel("Koden i e-posten").fill(code.toLowerCase().replace("-", " "));
  await press(page, "Logg inn");
  await expect.text(page.locator("header"), "Logg ut");

  // The link is spent with it.
  await page.goto(link);
  await expect.text(page.getByRole("main"), "brukt eller for gammel");

  // A company from abroad, so that no register is asked.
  await page.goto("/nb/supplier/start/abroad");
  await page.getByLabel(/^Navn/).first().fill("Nyflyt Ltd");
  const country = page.getByLabel(/^Land/).first();
  if ((await country.evaluate((field) => field.tagName)) === "SELECT") await country.selectOption("GB");
  else await country.fill("GB");
  await page.getByRole("main").locator("form button[type=submit]").first().click();
  await expect.text(page.getByRole("main"), "Ikke bekreftet ennå");
  await expect.text(page.locator("header"), "Nyflyt Ltd");

  // It may answer at once; buyers see that it is unverified.
  await page.goto("/nb/needs/faerre-fall-hjemme-blant-eldre/respond");
  await expect.text(page.getByRole("main"), "Deler av innspillet");
  await press(page, "Logg ut");
  await expect.text(page.locator("header"), "Logg inn");
  const gone = await page.goto("/nb/needs/faerre-fall-hjemme-blant-eldre/respond");
  assert.match(page.url(), /\/login\?next=/, `signed out, but ${gone.status()}`);
}
