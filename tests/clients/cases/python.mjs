// Python's `gql`, in a process of its own (../python/client.py), each of its cases one of ours.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const NAMES = [
  "a query and a mutation by http",
  "a query and a mutation over a socket",
  "a subscription over a socket",
  "the protocols own pings keep it",
  "a bad token is told",
];

let told;

async function run(kit) {
  const python = process.env.SAMSPILL_TEST_PYTHON;
  assert.ok(python, "SAMSPILL_TEST_PYTHON names no Python with tests/requirements.txt: run cargo xtask test");
  const script = join(import.meta.dirname, "../python/client.py");
  const { stdout } = await promisify(execFile)(python, [script, kit.base, kit.token, kit.need], { timeout: 300_000 });
  return stdout.trim().split("\n");
}

export default Object.fromEntries(
  NAMES.map((name) => [
    `Python's gql: ${name}`,
    async (kit) => {
      told ??= run(kit);
      const line = (await told).find((each) => each === `ok ${name}` || each.startsWith(`not ok ${name}`));
      assert.equal(line, `ok ${name}`);
    },
  ]),
);
