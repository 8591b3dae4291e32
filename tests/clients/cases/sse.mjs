// The client `graphql-sse` in distinct connections mode, and the bare stream.

import assert from "node:assert/strict";
import { createClient } from "graphql-sse";

import { LISTEN, within } from "../kit.mjs";

const clientOf = (kit, token) =>
  createClient({ url: kit.url, retryAttempts: 0, headers: token ? { authorization: `Bearer ${token}` } : {} });

const first = (client, payload) =>
  new Promise((resolve, reject) => {
    const dispose = client.subscribe(payload, {
      next: (value) => (resolve(value), dispose?.()),
      error: reject,
      complete: () => reject(new Error("completed without an answer")),
    });
  });

const events = { accept: "text/event-stream" };

export default {
  async "graphql-sse: a query and a subscription"(kit) {
    const client = clientOf(kit, kit.token);
    const viewer = await within(10, first(client, { query: "{ viewer { name } }" }), "the query");
    assert.equal(viewer.data.viewer.name, "Ingrid Moen");
    const heard = first(client, { query: LISTEN, variables: { id: kit.need } });
    const told = await within(30, kit.announceUntil(heard), "the subscription");
    assert.equal(told.data.needChanged.kind, "announcement.published");
    client.dispose();
  },
  async "graphql-sse: what does not validate is told as an event"(kit) {
    const told = await within(10, first(clientOf(kit), { query: "{ nothing }" }), "the event");
    assert.ok(told.errors[0].extensions.code);
  },
  async "a session that ends takes its stream along"(kit) {
    const token = await kit.signIn();
    const heard = first(clientOf(kit, token), { query: LISTEN, variables: { id: kit.need } }).catch((error) => error);
    await kit.ask("mutation { signOut { __typename } }", { token });
    assert.ok((await within(15, heard, "the end")) instanceof Error);
  },
  async "the stream is what the protocol says"(kit) {
    const query = encodeURIComponent("{ awaitsSetUp }");
    const answer = await fetch(`${kit.url}?query=${query}`, { headers: events });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^text\/event-stream/);
    const text = await answer.text();
    assert.match(text, /^:.*\n\nevent: next\ndata: \{"data":\{"awaitsSetUp":false\}.*\}\n\nevent: complete\ndata:.*\n\n$/);
    const mutation = await fetch(`${kit.url}?query=${encodeURIComponent("mutation { signOut { __typename } }")}`, { headers: events });
    assert.equal(mutation.status, 405);
  },
};
