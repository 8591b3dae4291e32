// Runs the API's clients against a demonstration of their own, one after the other.
//
//   node run.mjs [--only NAME]
//
// A case is an export of a module of cases/: its name is what it claims, and it gets the
// server. Prints `ok NAME` or `not ok NAME` with the reason, then the count.
//
// SAMSPILL_BIN  the built program (default: the workspace's debug build)

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { startDemo } from "../browser/lib/server.mjs";
import { kitOf } from "./kit.mjs";

const here = import.meta.dirname;
const { values: options } = parseArgs({ options: { only: { type: "string" } } });
const program = process.env.SAMSPILL_BIN ?? join(here, "../../target/debug/samspill");

const files = (await readdir(join(here, "cases"))).filter((file) => file.endsWith(".mjs")).sort();
const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(here, "cases", file)).href)));
const cases = modules.flatMap((module) => Object.entries(module.default));
const chosen = cases.filter(([name]) => !options.only || name.includes(options.only));

// A receiver of webhooks runs on this machine; and no case waits long for the server to
// lose its patience.
const server = await startDemo(program, {
  SAMSPILL_WEBHOOKS__ALLOW_LOOPBACK: "true",
  SAMSPILL_SOCKETS__PATIENCE_SECONDS: "3",
});
let failed = 0;
try {
  const kit = { ...(await kitOf(server.base)), program };
  for (const [name, run] of chosen) {
    try {
      await run(kit);
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok ${name}`);
      console.log(String(error.stack ?? error).replaceAll(/^/gm, "  "));
    }
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
} finally {
  await server.stop();
}
// A client that keeps a connection open must not keep us.
process.exit(failed > 0 || chosen.length === 0 ? 1 : 0);
