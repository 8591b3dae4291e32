// The client `graphql-ws`, and a bare WebSocket where a client would behave too well.

import assert from "node:assert/strict";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { LISTEN, within } from "../kit.mjs";

const clientOf = (kit, token, more = {}) =>
  createClient({
    url: kit.socket,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    // One socket for what follows soon.
    lazyCloseTimeout: 5_000,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    ...more,
  });

/** The first thing that an operation tells. */
const first = (client, payload) =>
  new Promise((resolve, reject) => {
    const dispose = client.subscribe(payload, {
      next: (value) => (resolve(value), dispose?.()),
      error: reject,
      complete: () => reject(new Error("completed without an answer")),
    });
  });

const bare = (kit, headers = {}) => new WebSocket(kit.socket, "graphql-transport-ws", { headers });
const closed = (socket) =>
  new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, String(reason)])));
const opened = (socket) => new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
const hello = async (socket) => {
  await opened(socket);
  const heard = new Promise((resolve) => socket.once("message", resolve));
  socket.send('{"type":"connection_init"}');
  assert.equal(JSON.parse(await heard).type, "connection_ack");
};

export default {
  async "graphql-ws: a query, a mutation and a subscription over one socket"(kit) {
    const client = clientOf(kit, kit.token);
    const viewer = await within(10, first(client, { query: "{ viewer { name } }" }), "the query");
    assert.equal(viewer.data.viewer.name, "Ingrid Moen");
    const mutation = "mutation { createNeed(input: { content: { title: \"Over en sokkel\" } }) { need { title } } }";
    const done = await within(10, first(client, { query: mutation }), "the mutation");
    assert.equal(done.data.createNeed.need.title, "Over en sokkel");
    const heard = first(client, { query: LISTEN, variables: { id: kit.need } });
    const told = await within(30, kit.announceUntil(heard), "the subscription");
    assert.equal(told.data.needChanged.kind, "announcement.published");
    await client.dispose();
  },
  async "graphql-ws: what does not validate is an error of its operation"(kit) {
    const client = clientOf(kit);
    const refused = await within(10, first(client, { query: "{ nothing }" }).catch((errors) => errors), "the error");
    assert.ok(Array.isArray(refused) && refused[0].extensions.code, JSON.stringify(refused));
    await client.dispose();
  },
  async "graphql-ws: a token that is none closes with 4403"(kit) {
    const refused = first(clientOf(kit, "no"), { query: "{ viewer { name } }" }).catch((event) => event);
    assert.equal((await within(10, refused, "the end")).code, 4403);
  },
  async "graphql-ws: a session that ends takes its silent socket along"(kit) {
    const token = await kit.signIn();
    const ended = first(clientOf(kit, token), { query: LISTEN, variables: { id: kit.need } }).catch((event) => event);
    const signedOut = await kit.ask("mutation { signOut { __typename } }", { token });
    assert.equal(signedOut.errors, undefined, JSON.stringify(signedOut));
    assert.equal((await within(15, ended, "the end")).code, 4403);
  },
  async "the same id twice closes with 4409 and names it"(kit) {
    const socket = bare(kit);
    await hello(socket);
    const subscribe = { type: "subscribe", id: "one", payload: { query: LISTEN, variables: { id: kit.need } } };
    socket.send(JSON.stringify(subscribe));
    socket.send(JSON.stringify(subscribe));
    assert.deepEqual(await within(10, closed(socket), "the end"), [4409, "Subscriber for one already exists"]);
  },
  async "who never says hello is closed with 4408"(kit) {
    const socket = bare(kit);
    await opened(socket);
    assert.deepEqual(await within(20, closed(socket), "the end"), [4408, "Connection initialisation timeout"]);
  },
  async "who says goodbye is answered"(kit) {
    const socket = bare(kit);
    await hello(socket);
    const ended = closed(socket);
    socket.close(1000);
    // 1006 if the other side had gone without a word.
    assert.equal((await within(10, ended, "the end"))[0], 1000);
  },
  async "a cookie counts from our own pages alone"(kit) {
    const nobody = bare(kit, { cookie: "samspill_session=none", origin: "https://evil.example" });
    await hello(nobody); // A cookie of nobody is nobody.
    nobody.terminate();
    const signedIn = await fetch(`${kit.base}/nb/login/persona`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: kit.base, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email: "ingrid.moen@trondheim.example.no" }),
    });
    const cookie = signedIn.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
    assert.match(cookie, /samspill_session=/);
    const foreign = bare(kit, { cookie, origin: "https://evil.example" });
    const status = await new Promise((resolve, reject) => {
      foreign.once("unexpected-response", (_, answer) => resolve(answer.statusCode));
      foreign.once("open", () => reject(new Error("another site's page got in")));
    });
    assert.equal(status, 403);
    const own = bare(kit, { cookie, origin: kit.base });
    await hello(own);
    const heard = new Promise((resolve) => own.once("message", resolve));
    own.send(JSON.stringify({ type: "subscribe", id: "a", payload: { query: "{ viewer { name } }" } }));
    assert.equal(JSON.parse(await heard).payload.data.viewer.name, "Ingrid Moen");
    own.terminate();
  },
  async "an id that is used anew has the new answer"(kit) {
    const socket = bare(kit);
    await hello(socket);
    const heard = [];
    let wake = () => {};
    socket.on("message", (text) => (heard.push(JSON.parse(text)), wake()));
    const say = (message) => socket.send(JSON.stringify(message));
    for (let n = 0; n < 200; n += 1) {
      heard.length = 0;
      say({ type: "subscribe", id: "a", payload: { query: "{ needs(first: 3) { nodes { title } } }" } });
      say({ type: "complete", id: "a" });
      say({ type: "subscribe", id: "a", payload: { query: "{ awaitsSetUp }" } });
      const isOver = () => {
        const at = heard.findIndex(({ payload }) => payload?.data && "awaitsSetUp" in payload.data);
        return at >= 0 && heard.slice(at).some(({ type }) => type === "complete");
      };
      while (!isOver()) await within(10, new Promise((resolve) => (wake = resolve)), `the new answer, time ${n}`);
    }
    socket.terminate();
  },
  async "a hundred operations at once on one socket hold up nobody"(kit) {
    const socket = bare(kit);
    await hello(socket);
    const done = new Map();
    socket.on("message", (text) => {
      const { type, id, payload } = JSON.parse(text);
      if (type !== "next") done.set(id, { type, payload });
    });
    for (let n = 0; n < 49; n += 1) {
      socket.send(JSON.stringify({ type: "subscribe", id: `s${n}`, payload: { query: "subscription { changes { cursor } }" } }));
    }
    const total = 3_000;
    for (let sent = 0; sent < total; ) {
      const upTo = Math.min(total, sent + 50);
      for (; sent < upTo; sent += 1) {
        const query = "{ needs(first: 1) { nodes { title } } }";
        socket.send(JSON.stringify({ type: "subscribe", id: `q${sent}`, payload: { query } }));
      }
      const until = Date.now() + 20_000;
      while (done.size < sent) {
        assert.ok(Date.now() < until, `${done.size} of ${sent} are answered`);
        const other = await within(10, kit.ask("{ needs(first: 1) { nodes { title } } }"), "somebody else's answer");
        assert.equal(other.errors, undefined);
      }
    }
    for (const [id, { type }] of done) assert.equal(type, "complete", id);
    socket.terminate();
  },
  async "who never reads is dropped, and others are served"(kit) {
    const socket = bare(kit);
    await hello(socket);
    const ended = closed(socket);
    socket.pause();
    const query = "{ __schema { types { name description fields { name description type { name } args { name description } } } } }";
    for (let n = 0; n < 99; n += 1) {
      socket.send(JSON.stringify({ type: "subscribe", id: `${n}`, payload: { query } }));
    }
    // Others are served all the while, which is longer than the server waits for a message to be taken.
    const until = Date.now() + 8_000;
    while (Date.now() < until) {
      assert.equal((await kit.ask("{ awaitsSetUp }")).errors, undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    socket.resume();
    const [code] = await within(10, ended, "the end");
    assert.equal(code, 1006, "the connection was cut, not closed in order");
  },
};
