// Debian's Chromium, and contexts in it.

import { chromium } from "playwright-core";

/** Starts the browser; it talks to nobody but the server under test. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.SAMSPILL_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", // Root, in a container.
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A visitor: own cookies, Norwegian, in Oslo. Any Playwright option can be given. */
export async function visitor(browser, base, options = {}) {
  const context = await browser.newContext({
    baseURL: base,
    locale: "nb-NO",
    timezoneId: "Europe/Oslo",
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return context;
}
