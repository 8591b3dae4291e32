// A passkey from beginning to end, in Chromium's own virtual device: added, used to sign in and
// to show once more who one is, removed; and what one is told where there is none.

import assert from "node:assert/strict";

export const name = "signing in by passkey";
// The name by which browsers make passkeys for a machine of one's own.
export const host = "localhost";

const press = (on, label) => on.getByRole("button", { name: label, exact: true }).first().click();

/** A telephone, plugged into the page: it asks who holds it, and the answer is yes. */
async function plug(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    kept: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    verifies: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    isTouched: (enabled) => cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
  };
}

export async function run({ page, expect, noScript, axe }) {
  const device = await plug(page);
  // Nobody touches it yet, so nothing is offered while a page loads.
  await device.isTouched(false);
  await page.goto("/nb/login");
  await expect.visible(page.getByRole("button", { name: "Logg inn med passnøkkel" }));
  await axe(page);
  await press(page, "Kari Lunde");
  await expect.text(page.locator("header"), "Kari Lunde");

  // Added, with a name.
  await page.goto("/nb/account/security");
  await expect.text(page.getByRole("main"), "Du har ingen passnøkler.");
  await page.getByRole("link", { name: "Legg til en passnøkkel" }).click();
  await axe(page);
  await device.isTouched(true);
  // Without a name it is refused in words, and the device is asked anew.
  await press(page, "Lag passnøkkelen");
  await expect.visible(page.locator("ds-error-summary"));
  await page.getByLabel("Navn på passnøkkelen").fill("Jobbtelefonen");
  await press(page, "Lag passnøkkelen");
  await expect.path(page, "/nb/account/security");
  await expect.text(page.getByRole("main"), "Passnøkkelen er lagt til.");
  await expect.text(page.getByRole("main"), "Jobbtelefonen");
  await axe(page);

  // A device that has one makes no second, and says so.
  await page.goto("/nb/account/security/passkeys/new");
  await page.getByLabel("Navn på passnøkkelen").fill("En til");
  await press(page, "Lag passnøkkelen");
  await expect.text(page.getByRole("status").last(), "Du har alt en passnøkkel her.");

  // Signed out, and in again without a word about who it is.
  await device.isTouched(false);
  await press(page, "Logg ut");
  await expect.text(page.locator("header"), "Logg inn");
  await page.goto("/nb/login?next=/nb/account/security");
  // Who does not prove who it is, comes nowhere, and reads why.
  await device.verifies(false);
  await device.isTouched(true);
  await press(page, "Logg inn med passnøkkel");
  await expect.text(page.getByRole("status").last(), "Du ble ikke logget inn.");
  await device.verifies(true);
  await press(page, "Logg inn med passnøkkel");
  await expect.path(page, "/nb/account/security");
  await expect.text(page.getByRole("main"), "Passnøkkel");

  // By keyboard, once more: the session goes on, and acts as it did. Touched while the page
  // loads, the device would answer what is offered there, before anybody presses anything.
  await device.isTouched(false);
  await page.goto("/nb/login?next=/nb/account/security");
  const button = page.getByRole("button", { name: "Logg inn med passnøkkel" });
  await button.focus();
  await device.isTouched(true);
  await page.keyboard.press("Enter");
  await expect.path(page, "/nb/account/security");
  await expect.text(page.locator("header"), "Kari Lunde");
  assert.ok((await device.kept()).every(({ signCount }) => signCount >= 2), "the device has signed twice at least");

  // What the browser offers where the address is typed signs in too, without a button.
  await page.goto("/nb/login?next=/nb/account/security");
  await expect.path(page, "/nb/account/security");

  // Removed: the page says what is left.
  await page.getByRole("link", { name: /^Endre eller fjern/ }).click();
  await axe(page);
  await expect.text(page.getByRole("main"), "Det er den siste du har.");
  await press(page, "Fjern passnøkkelen");
  await expect.text(page.getByRole("main"), "Passnøkkelen er fjernet.");
  await expect.text(page.getByRole("main"), "Du har ingen passnøkler.");
  await press(page, "Logg ut");
  // Touched while the page loads, it answers what is offered there; what is gone is refused.
  await page.goto("/nb/login");
  await expect.path(page, "/nb/login/passkey");
  await expect.text(page.locator("ds-error-summary"), "Passnøkkelen ble ikke godtatt.");
  // It is offered by itself once; whoever presses asks again, and is refused again.
  const before = await page.evaluate(() => performance.timeOrigin);
  await page.waitForTimeout(1_000);
  assert.equal(await page.evaluate(() => performance.timeOrigin), before, "the page came again by itself");
  await press(page, "Logg inn med passnøkkel");
  await page.waitForFunction((origin) => performance.timeOrigin !== origin, before);
  await expect.text(page.locator("ds-error-summary"), "Passnøkkelen ble ikke godtatt.");

  // Without a script nothing is offered that would not work, and the code is.
  const plain = await (await noScript()).newPage();
  await plain.goto("/nb/login");
  await expect.text(plain.getByRole("main"), "Koden på e-post virker her.");
  assert.equal(await plain.getByRole("button", { name: "Logg inn med passnøkkel" }).count(), 0);
}
