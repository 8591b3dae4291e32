// Relay's compiler takes our schema, and makes artifacts of documents that use what Relay wants of one.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import compiler from "relay-compiler";

const schema = join(import.meta.dirname, "../../../graphql/schema.graphql");

const DOCUMENTS = `
import { graphql } from "react-relay";

export const page = graphql\`
  query RelayPageQuery($id: ID!, $first: Int!) {
    node(id: $id) { id __typename ...RelayNeed_need @alias }
    ...RelayList_query @arguments(first: $first)
  }
\`;
export const need = graphql\`
  fragment RelayNeed_need on Need { id title organisation { name } }
\`;
export const list = graphql\`
  fragment RelayList_query on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "String" })
  @refetchable(queryName: "RelayListPaginationQuery") {
    needs(first: $first, after: $after) @connection(key: "RelayList_needs") {
      edges { node { id ...RelayNeed_need } }
    }
  }
\`;
export const make = graphql\`
  mutation RelayMakeMutation($input: CreateNeedInput!) {
    createNeed(input: $input) { need { id title } userErrors { code message path } }
  }
\`;
export const listen = graphql\`
  subscription RelayListenSubscription($id: ID!) { needChanged(needId: $id) { kind text } }
\`;
`;

export default {
  async "Relay's compiler takes the schema and documents"() {
    const folder = await mkdtemp(join(tmpdir(), "samspill-relay-"));
    try {
      await mkdir(join(folder, "src/artifacts"), { recursive: true });
      await cp(schema, join(folder, "schema.graphql"));
      await writeFile(join(folder, "src/Relay.js"), DOCUMENTS);
      const config = { src: "src", schema: "schema.graphql", language: "javascript", artifactDirectory: "src/artifacts", eagerEsModules: true };
      await writeFile(join(folder, "relay.config.json"), JSON.stringify(config));
      await promisify(execFile)(compiler, ["relay.config.json", "--noWatchman"], { cwd: folder }).catch(({ stdout, stderr }) =>
        assert.fail(`${stdout}\n${stderr}`),
      );
      const made = (await readdir(join(folder, "src/artifacts"))).filter((file) => file.endsWith(".graphql.js"));
      assert.equal(made.length, 6, made.join(", "));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
