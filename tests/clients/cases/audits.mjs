// GraphQL over HTTP: every audit of the reference implementation, each a case.

import assert from "node:assert/strict";
import { serverAudits } from "graphql-http";

const COUNT = 61;
const named = serverAudits({ url: "http://unknown.invalid/graphql" });

export default {
  [`graphql-http has ${COUNT} audits`]: () => assert.equal(named.length, COUNT),
  ...Object.fromEntries(
    named.map(({ id, name }) => [
      `audit ${id}: ${name}`,
      async ({ url }) => {
        const audit = serverAudits({ url, fetchFn: fetch }).find((each) => each.id === id);
        const { status, reason } = await audit.fn();
        // A warning or a notice is a failure here.
        assert.equal(status, "ok", reason);
      },
    ]),
  ),
};
