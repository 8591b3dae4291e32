// The runner itself, against a small stand-in for the server: a runner that can't fail
// would make every journey green.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const STAND_IN = `#!/usr/bin/env node
const { createServer } = require("node:http");
const [host, port] = process.argv[process.argv.indexOf("--bind") + 1].split(":");
const mails = [];
const page = (body) => '<!doctype html><html lang="nb"><head><title>T</title><meta name="viewport" content="width=device-width"></head><body><main><h1>H</h1>' + body + "</main></body></html>";
createServer((request, response) => {
  const send = (status, type, text, headers = {}) => { response.writeHead(status, { "content-type": type, "content-security-policy": "default-src 'self'; script-src 'self'", ...headers }); response.end(text); };
  if (request.url === "/health/ready") return send(200, "text/plain", "ready");
  if (request.url === "/dev/mail.json") return send(200, "application/json", JSON.stringify(mails));
  if (request.url === "/favicon.ico") return send(204, "text/plain", "");
  if (request.method === "POST") { mails.push({ to: "kari@example.no", subject: "Velkommen", text: "Hei", html: "", sent_at: "2026-01-01T00:00:00Z" }); return send(303, "text/plain", "", { location: "/nb" }); }
  if (request.url === "/nb/login") return send(200, "text/html", page('<form method="post"><button>Kari</button></form>'));
  if (request.url === "/nb/unlabelled") return send(200, "text/html", page('<input name="x">'));
  if (request.url === "/nb/broken") return send(500, "text/html", page("oops"));
  send(200, "text/html", page("<p>Hei</p>"));
}).listen(Number(port), host);
`;

const JOURNEYS = {
  "1-passes": `
    export async function run({ page, axe, expect, signInAs, mailbox, noScript, noSidewaysScroll }) {
      await signInAs(page, "Kari");
      await expect.path(page, "/nb");
      await expect.text(page.locator("p"), "Hei");
      await axe(page);
      await noSidewaysScroll(page);
      const mail = await mailbox.find("kari@example.no", /Velkommen/);
      if (mail.text !== "Hei") throw new Error("another mail");
      const plain = await (await noScript()).newPage();
      await signInAs(plain, "Kari");
    }`,
  "2-inaccessible": `
    export async function run({ page, axe }) { await page.goto("/nb/unlabelled"); await axe(page); }`,
  "3-server-error": `
    export async function run({ page }) { await page.goto("/nb/broken"); }`,
  "4-wrong": `
    export async function run({ page, eventually }) {
      await page.goto("/nb");
      await eventually(async () => { if ((await page.locator("h2").count()) === 0) throw new Error("no h2"); }, 100);
    }`,
};

const folder = await mkdtemp(join(tmpdir(), "samspill-runner-"));
const program = join(folder, "samspill.cjs");
await writeFile(program, STAND_IN);
await chmod(program, 0o755);
for (const [name, code] of Object.entries(JOURNEYS)) {
  await writeFile(join(folder, `${name}.mjs`), `export const name = "${name}";${code}`);
}

/** Runs the runner; exit code and output. */
async function runner(...options) {
  const env = {
    ...process.env,
    SAMSPILL_BIN: program,
    SAMSPILL_BROWSER_JOURNEYS: folder,
    SAMSPILL_BROWSER_OUT: join(folder, "out"),
    SAMSPILL_BROWSER_SHOTS: "",
  };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["run.mjs", ...options], { cwd: import.meta.dirname, env });
    return { code: 0, stdout };
  } catch (error) {
    return { code: error.code, stdout: `${error.stdout}\n${error.stderr}` };
  }
}

let failed = false;
async function test(name, body) {
  try {
    await body();
    console.log(`ok runner: ${name}`);
  } catch (error) {
    failed = true;
    console.log(`not ok runner: ${name}\n  ${error.stack.replaceAll("\n", "\n  ")}`);
  }
}

await test("tells what passes from what fails", async () => {
  const { code, stdout } = await runner();
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^ok 1-passes /m);
  assert.match(stdout, /^not ok 2-inaccessible [^]*label \(critical\)/m);
  assert.match(stdout, /^not ok 3-server-error [^]*500 GET/m);
  assert.match(stdout, /^not ok 4-wrong /m);
  assert.match(stdout, /^1 passed, 3 failed$/m);
});
await test("runs what --only names", async () => {
  const { code, stdout } = await runner("--only", "passes");
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^1 passed, 0 failed$/m);
});
await test("nothing to run is no success", async () => {
  assert.equal((await runner("--only", "no such journey")).code, 1);
});

await rm(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
