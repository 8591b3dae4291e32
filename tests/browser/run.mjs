// Runs the browser journeys against a demo of their own, one after the other.
//
//   node run.mjs [--only NAME]
//
// A journey is a module of journeys/ that exports `name` and `run(kit)`, and `host` where the machine
// must go by its name. It gets a fresh
// visitor; what it leaves in the demo's database the next one finds. Prints `ok NAME` or
// `not ok NAME` with the reason, then the count.
//
// SAMSPILL_BIN            the built program (default: the workspace's debug build)
// SAMSPILL_CHROMIUM       the browser (default: /usr/bin/chromium)
// SAMSPILL_BROWSER_OUT    screenshots of failures go here
// SAMSPILL_BROWSER_SHOTS  instead of running journeys, pictures of all pages go here

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { launch, visitor } from "./lib/browser.mjs";
import * as helpers from "./lib/helpers.mjs";
import { startDemo } from "./lib/server.mjs";
import { takeShots } from "./lib/shots.mjs";

const here = import.meta.dirname;
const { values: options } = parseArgs({ options: { only: { type: "string" } } });
const environment = process.env;
const program = environment.SAMSPILL_BIN ?? join(here, "../../target/debug/samspill");
const out = environment.SAMSPILL_BROWSER_OUT ?? join(here, "../../target/browser");
const folder = resolve(environment.SAMSPILL_BROWSER_JOURNEYS ?? join(here, "journeys"));

async function loadJourneys() {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs")).sort();
  const journeys = await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)));
  return journeys.filter(({ name }) => !options.only || name.includes(options.only));
}

/** Runs one journey; the answer is why it failed, if it did. */
async function walk(journey, browser, server) {
  const contexts = [];
  const troubles = [];
  const base = journey.host ? server.base.replace("127.0.0.1", journey.host) : server.base;
  const newVisitor = async (settings) => {
    const context = await visitor(browser, base, settings);
    contexts.push(context);
    // An error that no user sees yet is an error all the same.
    context.on("weberror", (error) => troubles.push(`script error: ${error.error().stack}`));
    context.on("response", (answer) => {
      if (answer.status() >= 500) troubles.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
    });
    context.on("request", (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(`${base}/`)) troubles.push(`leaves the house: ${request.url()}`);
    });
    return context;
  };
  const context = await newVisitor();
  const page = await context.newPage();
  try {
    await journey.run({
      ...helpers,
      browser,
      context,
      page,
      base,
      mailbox: helpers.mailboxOf(server.base),
      newVisitor,
      noScript: () => newVisitor({ javaScriptEnabled: false }),
    });
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
    return null;
  } catch (error) {
    await saveFailure(journey, contexts, server);
    return [error.stack ?? String(error), ...troubles].join("\n");
  } finally {
    await Promise.all(contexts.map((each) => each.close()));
  }
}

async function saveFailure(journey, contexts, server) {
  await mkdir(out, { recursive: true });
  const stem = join(out, journey.name.replaceAll(/[^\p{L}\p{N}]+/gu, "-"));
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    // The page may be the very thing that broke; the reason must be told in any case.
    await page.screenshot({ path: `${stem}-${index + 1}.png`, fullPage: true }).catch(() => {});
    await writeFile(`${stem}-${index + 1}.html`, await page.content().catch(String));
  }
  await writeFile(`${stem}.log`, server.log());
  console.log(`  see ${stem}*`);
}

const journeys = await loadJourneys();
const server = await startDemo(program);
let failed = 0;
try {
  const browser = await launch();
  try {
    if (environment.SAMSPILL_BROWSER_SHOTS) {
      await takeShots(browser, server.base, environment.SAMSPILL_BROWSER_SHOTS);
    } else {
      for (const journey of journeys) {
        const start = performance.now();
        const reason = await walk(journey, browser, server);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        if (reason === null) {
          console.log(`ok ${journey.name} (${seconds} s)`);
        } else {
          failed += 1;
          console.log(`not ok ${journey.name} (${seconds} s)`);
          console.log(reason.replaceAll(/^/gm, "  "));
        }
      }
      console.log(`${journeys.length - failed} passed, ${failed} failed`);
    }
  } finally {
    await browser.close();
  }
} finally {
  await server.stop();
}
if (failed > 0 || journeys.length === 0) process.exitCode = 1;
