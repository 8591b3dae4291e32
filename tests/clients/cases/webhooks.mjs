// A receiver in Node that knows the specification's reference library and nothing of ours.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

import { within } from "../kit.mjs";

/** Somebody else's server: what it was sent, and a promise of the next that is like something. */
async function receiver() {
  const heard = [];
  const waiting = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (piece) => (body += piece));
    request.on("end", () => {
      const message = { headers: request.headers, body };
      heard.push(message);
      response.writeHead(204).end();
      waiting.splice(0).forEach((wake) => wake());
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const next = async (like) => {
    for (;;) {
      const found = heard.find(like);
      if (found) return found;
      await new Promise((resolve) => waiting.push(resolve));
    }
  };
  return { heard, next, url: `http://127.0.0.1:${server.address().port}/hook`, stop: () => server.close() };
}

const ofType = (type) => (message) => JSON.parse(message.body).type === type;

async function mutate(kit, token, field, input, fields) {
  const type = `${field[0].toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { ${field}(input: $input) { ${fields} userErrors { code path } } }`;
  const answer = await kit.ask(query, { token, variables: { input } });
  assert.deepEqual(answer.data?.[field]?.userErrors, [], JSON.stringify(answer));
  return answer.data[field];
}

export default {
  "standardwebhooks verifies what a receiver is sent, also while a secret changes": async (kit) => {
    const token = await kit.signIn();
    const there = await receiver();
    try {
      const input = { url: there.url, description: "Node", kinds: ["ANNOUNCEMENT_PUBLISHED"] };
      const made = await mutate(kit, token, "createWebhookEndpoint", input, "secret endpoint { id }");
      const endpointId = made.endpoint.id;
      const first = new Webhook(made.secret);

      await mutate(kit, token, "sendTestWebhook", { endpointId }, "delivery { messageId }");
      const ping = await within(20, there.next(ofType("webhook.ping")), "a test message");
      assert.equal(first.verify(ping.body, ping.headers).data.id, endpointId);

      // Any other body, time, id or secret is refused.
      const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
      const refuses = (webhook, body, headers) =>
        assert.throws(() => webhook.verify(body, headers), WebhookVerificationError);
      refuses(first, ping.body.replace("webhook.ping", "webhook.pong"), ping.headers);
      refuses(first, ping.body, { ...ping.headers, "webhook-id": "msg_other" });
      refuses(first, ping.body, { ...ping.headers, "webhook-timestamp": `${Number(ping.headers["webhook-timestamp"]) + 1}` });
      refuses(other, ping.body, ping.headers);

      // A new secret: both sign.
      const rotated = await mutate(kit, token, "rotateWebhookSecret", { endpointId }, "secret");
      const second = new Webhook(rotated.secret);
      const news = { needId: kit.need, title: "Nytt til systemene", body: "Til alle." };
      await mutate(kit, token, "publishAnnouncement", news, "announcement { id }");
      const told = await within(20, there.next(ofType("announcement.published")), "an announcement");
      const message = second.verify(told.body, told.headers);
      assert.deepEqual(first.verify(told.body, told.headers), message);
      assert.equal(message.data.needId, kit.need);
      const read = "query($id: ID!) { node(id: $id) { ... on Change { kind need { id } } } }";
      const change = await kit.ask(read, { token, variables: { id: message.data.id } });
      assert.deepEqual(change.data.node, { kind: "ANNOUNCEMENT_PUBLISHED", need: { id: kit.need } });
      assert.ok(!told.body.includes("Nytt til"), "the body is thin");

      // Deleted, it hears nothing more.
      await mutate(kit, token, "deleteWebhookEndpoint", { endpointId }, "deletedEndpointId");
    } finally {
      there.stop();
    }
  },
};
