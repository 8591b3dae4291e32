// Signing in by another service: the npm package `oidc-provider` standing in for Ansattporten.
// One installation and one service for all that is claimed here, in the order in which it stands.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort, startDemo } from "../../browser/lib/server.mjs";
import { NATIONAL, ansattporten, byAnother, bySecret, claiming, unsigned } from "../lib/ansattporten.mjs";
import { Browser } from "../lib/browser.mjs";

const KARI = "kari.lunde@fjordsensor.example.no";

async function houseOf(program) {
  const [port, there] = [await freePort(), await freePort()];
  const base = `http://127.0.0.1:${port}`;
  const service = await ansattporten(there, base);
  const providers = JSON.stringify([{
    key: "ansattporten",
    name: "Ansattporten",
    issuer: service.issuer,
    client_id: service.client.client_id,
    client_secret: service.client.client_secret,
    scopes: ["openid", "email", "profile"],
    acr_values: ["substantial"],
    authorization_details: [{ type: "ansattporten:orgno", representation_is_required: false }],
    trusted_domains: ["fjordsensor.example.no"],
  }]);
  const server = await startDemo(program, { SAMSPILL_OIDC__PROVIDERS: providers, SAMSPILL_LOG__FILTER: "info,identity=debug,domain=debug,server=debug,reqwest=debug" }, port);
  const browsers = [];
  return {
    base,
    server,
    service,
    browsers,
    browser() {
      browsers.push(new Browser());
      return browsers.at(-1);
    },
    /** Goes there and comes back; where that led. */
    async signIn(browser, next = "/nb/needs") {
      return browser.go(`${base}/sign-in/ansattporten?language=nb&next=${encodeURIComponent(next)}`);
    },
    async viewer(browser) {
      const query = "{ viewer { email identities { provider } acting { organisation { name organisationNumber } } sessions { isCurrent method provider assurance } } }";
      const answer = await browser.send("GET", `${base}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept: "application/json" } });
      return JSON.parse(answer.text).data.viewer;
    },
    async mails() {
      return (await fetch(`${base}/dev/mail.json`)).json();
    },
    async stop() {
      await service.stop();
      await server.stop();
    },
  };
}

/** Why a sign-in came to nothing, as the address of the page says; null if it did not. */
const failed = (answer) => new URL(answer.url).searchParams.get("failed");

let house;
const houseFor = async (kit) => (house ??= await houseOf(kit.program));

export default {
  async "oidc: the sign-in page leads there, and nobody else's page does"(kit) {
    const h = await houseFor(kit);
    const page = await h.browser().go(`${h.base}/nb/login?next=/nb/needs`);
    assert.match(page.text, /href="\/sign-in\/ansattporten\?language=nb&#38;next=%2Fnb%2Fneeds"|href="\/sign-in\/ansattporten\?language=nb&amp;next=%2Fnb%2Fneeds"/);
    const without = await fetch(`${kit.base}/nb/login`);
    assert.doesNotMatch(await without.text(), /\/sign-in\//);
    for (const [name, headers] of [["cross-site", { "sec-fetch-site": "cross-site" }], ["typed", { "sec-fetch-site": "none" }]]) {
      const answer = await h.browser().send("GET", `${h.base}/sign-in/ansattporten?next=/nb/needs`, { headers });
      assert.equal(answer.status, 303, name);
      assert.match(answer.headers.location, /^\/nb\/login\?next=%2Fnb%2Fneeds$/, name);
    }
    const { data } = await (await fetch(`${h.base}/graphql?query=${encodeURIComponent("{ signInProviders { key name startUrl } }")}`)).json();
    assert.deepEqual(data.signInProviders, [{ key: "ansattporten", name: "Ansattporten", startUrl: `${h.base}/sign-in/ansattporten` }]);
  },

  async "oidc: it asks with PKCE, state and nonce, and for an organisation"(kit) {
    const h = await houseFor(kit);
    const answer = await h.browser().send("GET", `${h.base}/sign-in/ansattporten?next=https://evil.example/`);
    const asked = new URL(answer.headers.location);
    assert.equal(asked.origin, h.service.issuer);
    const q = Object.fromEntries(asked.searchParams);
    assert.equal(q.response_type, "code");
    assert.equal(q.redirect_uri, `${h.base}/sign-in/ansattporten/callback`);
    assert.equal(q.code_challenge_method, "S256");
    for (const name of ["state", "nonce", "code_challenge"]) assert.equal(q[name].length, 43, name);
    assert.equal(new Set([q.state, q.nonce, q.code_challenge]).size, 3);
    assert.equal(q.acr_values, "substantial");
    assert.deepEqual(JSON.parse(q.authorization_details), [{ type: "ansattporten:orgno", representation_is_required: false }]);
    assert.equal(q.prompt, undefined);
    assert.match(String(answer.headers["set-cookie"]), /HttpOnly; SameSite=Lax/);
  },

  async "oidc: a mailbox proved once, and then the service is enough"(kit) {
    const h = await houseFor(kit);
    Object.assign(h.service.say, { account: "kari", email: KARI, verified: false });
    const browser = h.browser();
    const asks = await h.signIn(browser);
    assert.equal(new URL(asks.url).pathname, "/nb/login/link", asks.text.slice(0, 300));
    assert.match(asks.text, new RegExp(KARI.replaceAll(".", "\\.")));
    const typed = await browser.go(`${h.base}/nb/login/link`, { form: { email: KARI } });
    assert.equal(new URL(typed.url).pathname, "/nb/login/link/code");
    let code;
    for (let n = 0; n < 100 && !code; n += 1) {
      const mail = (await h.mails()).filter((m) => m.to === KARI && m.text.includes("/login/confirm?token=")).at(-1);
      code = mail?.text.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)?.[0];
      if (!code) await pause(100);
    }
    const wrong = await browser.go(`${h.base}/nb/login/link/code`, { form: { code: "AAAA-AAAA" } });
    assert.equal(wrong.status, 422);
    const done = await browser.go(`${h.base}/nb/login/link/code`, { form: { code } });
    assert.equal(new URL(done.url).pathname, "/nb/needs", done.text.slice(0, 300));
    const me = await h.viewer(browser);
    assert.equal(me.email, KARI);
    assert.deepEqual(me.identities, [{ provider: "Ansattporten" }]);

    const other = h.browser();
    const again = await h.signIn(other, "/nb/needs?q=snø");
    assert.equal(failed(again), null);
    assert.equal(new URL(again.url).searchParams.get("q"), "snø");
    const session = (await h.viewer(other)).sessions.find((s) => s.isCurrent);
    assert.deepEqual(session, { isCurrent: true, method: "PROVIDER", provider: "Ansattporten", assurance: "substantial" });
    const security = await other.go(`${h.base}/nb/account/security`);
    assert.match(security.text, /Ansattporten \(substantial\)/);
    for (let n = 0; n < 100; n += 1) {
      if ((await h.mails()).some((m) => m.to === KARI && m.subject.startsWith("Ny måte å logge inn på"))) return;
      await pause(100);
    }
    assert.fail("nobody was told of the new way to sign in");
  },

  async "oidc: the organisation chosen there is acted for here"(kit) {
    const h = await houseFor(kit);
    const browser = h.browser();
    await h.signIn(browser);
    const own = (await h.viewer(browser)).acting.organisation.organisationNumber;
    h.service.say.organisations = [own];
    const chosen = h.browser();
    assert.equal(new URL((await h.signIn(chosen)).url).pathname, "/nb/needs");
    assert.equal((await h.viewer(chosen)).acting.organisation.organisationNumber, own);
    h.service.say.organisations = ["889640782"];
    const stranger = await h.signIn(h.browser());
    assert.equal(new URL(stranger.url).pathname, "/nb/login/organisation");
    assert.match(stranger.text, /889 640 782/);
    assert.match(stranger.text, /href="\/nb\/login\/done\?next=%2Fnb%2Fneeds"/);
    h.service.say.organisations = [];
  },

  async "oidc: an answer counts once, and in the browser that was sent"(kit) {
    const h = await houseFor(kit);
    const browser = h.browser();
    const isBack = (url) => url.pathname.endsWith("/callback");
    const back = (await browser.go(`${h.base}/sign-in/ansattporten`, { stop: isBack })).next;
    assert.equal(back.searchParams.get("iss"), h.service.issuer);
    const theft = await h.browser().go(back.href);
    assert.equal(failed(theft), "OTHER_BROWSER");
    assert.match(theft.text, /annen nettleser/);
    const wrong = new URL(back);
    wrong.searchParams.set("state", "x".repeat(43));
    assert.equal(failed(await browser.go(wrong.href)), "TOO_LATE");
    assert.equal(failed(await browser.go(back.href)), null);
    assert.equal(failed(await browser.go(back.href)), "TOO_LATE");

    // Of another issuer, of none though one is promised, of two.
    for (const change of [
      (q) => q.set("iss", "https://evil.example"),
      (q) => q.delete("iss"),
      (q) => q.append("iss", "https://evil.example"),
    ]) {
      const mixed = (await browser.go(`${h.base}/sign-in/ansattporten`, { stop: isBack })).next;
      change(mixed.searchParams);
      assert.equal(failed(await browser.go(mixed.href)), "UNTRUSTED", mixed.href);
    }
    // A code of another browser's sign-in fits no verifier here.
    const [mine, theirs] = [h.browser(), h.browser()];
    const to = (await mine.go(`${h.base}/sign-in/ansattporten`, { stop: isBack })).next;
    const stolen = (await theirs.go(`${h.base}/sign-in/ansattporten`, { stop: isBack })).next;
    to.searchParams.set("code", stolen.searchParams.get("code"));
    assert.equal(failed(await mine.go(to.href)), "TOO_LATE");
    assert.equal(h.service.seen.token.at(-1), 400);
  },

  async "oidc: nothing counts that the service did not sign for us, now"(kit) {
    const h = await houseFor(kit);
    const now = Math.floor(Date.now() / 1000);
    for (const [name, how, why] of [
      ["nonce", claiming(() => ({ nonce: "another" })), "UNTRUSTED"],
      ["issuer", claiming(() => ({ iss: "https://ansattporten.no" })), "UNTRUSTED"],
      ["audience", claiming(() => ({ aud: "another" })), "UNTRUSTED"],
      ["two audiences", claiming(() => ({ aud: ["samspill", "another"] })), "UNTRUSTED"],
      ["party", claiming(() => ({ azp: "another" })), "UNTRUSTED"],
      ["expired", claiming(() => ({ iat: now - 300, exp: now - 120 })), "CLOCK"],
      ["the future", claiming(() => ({ iat: now + 300, exp: now + 600 })), "CLOCK"],
      ["level", claiming(() => ({ acr: "low" })), "TOO_WEAK"],
      ["no level", claiming(() => ({ acr: undefined })), "TOO_WEAK"],
      ["national number", claiming(() => ({ sub: NATIONAL })), "UNTRUSTED"],
      ["none", unsigned, "UNTRUSTED"],
      ["secret", bySecret, "UNTRUSTED"],
      ["another's key", byAnother(), "UNTRUSTED"],
      ["another's key by its name", byAnother("unknown"), "UNTRUSTED"],
      ["no token", () => "", "UNTRUSTED"],
    ]) {
      h.service.spoil(how);
      const browser = h.browser();
      const answer = await h.signIn(browser);
      assert.equal(failed(answer), why, name);
      assert.equal(await h.viewer(browser), null, name);
      assert.equal(new URL(answer.url).searchParams.get("next"), "/nb/needs", name);
    }
    h.service.spoil(null);
    h.service.say.acr = "low";
    assert.equal(failed(await h.signIn(h.browser())), "TOO_WEAK");
    h.service.say.acr = "high";
    assert.equal(failed(await h.signIn(h.browser())), null, "more than is asked for");
    h.service.say.acr = "substantial";
    h.service.say.refuses = true;
    const given = await h.signIn(h.browser());
    assert.equal(failed(given), "CANCELLED");
    assert.match(given.text, /Du avbrøt hos Ansattporten/);
    h.service.say.refuses = false;
  },

  async "oidc: who is signed in is asked anew, and stays the same person"(kit) {
    const h = await houseFor(kit);
    const browser = h.browser();
    await h.signIn(browser);
    const before = browser.cookies(h.base).get("samspill_session");
    assert.equal(failed(await h.signIn(browser)), null);
    const asked = h.service.seen.authorize.findLast((q) => q.prompt);
    assert.deepEqual([asked.prompt, asked.max_age], ["login", "0"]);
    assert.notEqual(browser.cookies(h.base).get("samspill_session"), before, "a session of its own");
    // Recent, so that what is dangerous may be done.
    const json = { query: "mutation { endOtherSessions { ended userErrors { code } } }" };
    const ended = await browser.send("POST", `${h.base}/graphql`, { json, headers: { accept: "application/json" } });
    assert.deepEqual(JSON.parse(ended.text).data.endOtherSessions.userErrors, []);
    // A service that does not ask, or does not tell when it did.
    for (const auth_time of [Math.floor(Date.now() / 1000) - 3600, undefined]) {
      h.service.spoil(claiming(() => ({ auth_time })));
      assert.equal(failed(await h.signIn(browser)), "NOT_FRESH");
    }
    h.service.spoil(null);
    assert.equal((await h.viewer(browser)).email, KARI, "still signed in");
    // Whom nobody here is yet: the person is asked before anything is tied.
    browser.cookies(h.service.issuer).clear();
    h.service.say.account = "another";
    h.service.say.email = undefined;
    const asks = await h.signIn(browser);
    assert.equal(new URL(asks.url).pathname, "/nb/account/security/link");
    assert.match(asks.text, /Koble til Ansattporten/);
    assert.deepEqual((await h.viewer(browser)).identities.length, 1);
    Object.assign(h.service.say, { account: "kari", email: KARI });
  },

  async "oidc: a mailbox that the service has checked is enough for a domain that it may speak for"(kit) {
    const h = await houseFor(kit);
    const email = "ny.person@fjordsensor.example.no";
    Object.assign(h.service.say, { account: "new", email, verified: false });
    assert.equal(new URL((await h.signIn(h.browser())).url).pathname, "/nb/login/link", "not checked");
    h.service.say.verified = true;
    assert.equal(failed(await h.signIn(h.browser())), "NO_ACCOUNT", "it makes none");
    // The address comes from the userinfo endpoint, where most services keep it.
    const second = "kari.lunde@fjordsensor.example.no";
    Object.assign(h.service.say, { account: "kari-elsewhere", email: second });
    const browser = h.browser();
    assert.equal(failed(await h.signIn(browser)), null);
    assert.equal((await h.viewer(browser)).identities.length, 2);
    Object.assign(h.service.say, { account: "kari", email: KARI, verified: false });
  },

  async "oidc: a service that is down is told of, and comes back with other keys"(kit) {
    const h = await houseFor(kit);
    const browser = h.browser();
    const isBack = (url) => url.pathname.endsWith("/callback");
    const back = (await browser.go(`${h.base}/sign-in/ansattporten`, { stop: isBack })).next;
    h.service.down(true);
    const down = await browser.go(back.href);
    assert.equal(failed(down), "UNREACHABLE");
    assert.match(down.text, /svarer ikke nå/);
    h.service.down(false);
    await h.service.rotate();
    // A key that is not known makes it look again, though not more than twice a minute.
    const began = Date.now();
    while (failed(await h.signIn(h.browser())) !== null) {
      assert.ok(Date.now() - began < 60_000, "the new keys are not found");
      await pause(6000);
    }
  },

  async "oidc: the national identity number is nowhere"(kit) {
    const h = await houseFor(kit);
    assert.ok(h.service.seen.token.length > 20, "it was signed, and sent, each time");
    const places = h.browsers.flatMap((browser) => browser.answers);
    places.push(h.server.log(), JSON.stringify(await h.mails()));
    const files = await readdir(h.server.data, { recursive: true, withFileTypes: true });
    for (const file of files.filter((f) => f.isFile())) {
      places.push((await readFile(join(file.parentPath ?? file.path, file.name))).toString("latin1"));
    }
    assert.ok(places.length > 10 && places.some((p) => p.startsWith("SQLite format 3")));
    for (const place of places) {
      assert.ok(!place.includes(NATIONAL), `found in ${place.slice(0, 200)}`);
      assert.ok(!place.includes(h.service.client.client_secret), `a secret in ${place.slice(0, 200)}`);
    }
    await h.stop();
    house = undefined;
  },
};
