// The demo that the journeys visit: its own data folder and port, gone afterwards.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

// Seeding a debug build on a busy machine; a healthy server needs a fraction of it.
const PATIENCE_MS = 120_000;

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts `program demo` and waits until it is ready; `settings` are further variables. */
export async function startDemo(program, settings = {}, port = undefined) {
  const data = await mkdtemp(join(tmpdir(), "samspill-browser-"));
  const base = `http://127.0.0.1:${port ?? (await freePort())}`;
  // What the developer has set for other work must not decide what is tested.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== "DATABASE_URL" && !name.startsWith("SAMSPILL_")),
  );
  const child = spawn(program, ["demo", "--data", data, "--bind", base.slice("http://".length)], {
    env: { ...env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    // Enough of the end to see what happened.
    stream.setEncoding("utf8").on("data", (text) => (log = (log + text).slice(-200_000)));
  }
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`can't start ${program}: ${error.message}`));
    child.once("exit", (code, signal) => resolve(`${program} ended with ${signal ?? code}\n${log}`));
  });
  let gone;
  ended.then((reason) => (gone = reason));

  const server = {
    base,
    data,
    log: () => log,
    async stop() {
      if (!gone) {
        child.kill("SIGTERM");
        const late = globalThis.setTimeout(() => child.kill("SIGKILL"), 10_000);
        await ended;
        clearTimeout(late);
      }
      await rm(data, { recursive: true, force: true });
    },
  };

  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isReady(base))) {
    if (gone || Date.now() > deadline) {
      const reason = gone ?? `not ready after ${PATIENCE_MS / 1000} s\n${log}`;
      await server.stop();
      throw new Error(reason);
    }
    await pause(100);
  }
  return server;
}

async function isReady(base) {
  try {
    return (await fetch(`${base}/health/ready`)).status === 200;
  } catch {
    return false; // Nobody listens yet.
  }
}
