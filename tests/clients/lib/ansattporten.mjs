// A service to sign in by: the npm package `oidc-provider` standing in for Ansattporten, with
// its pairwise subjects, its levels and its organisations (RFC 9396). It asks nobody anything:
// `say` is who comes and what that person chooses there. `spoil` bends what it signs.

import { createHash } from "node:crypto";
import { createServer } from "node:http";

import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

/** A synthetic number, and so nobody's; it must be found nowhere. */
export const NATIONAL = "47906701517";
const CLIENT = { client_id: "samspill", client_secret: "et-ord-som-ingen-ser-0123456789-abcdef" };

export async function ansattporten(port, base) {
  const issuer = `http://127.0.0.1:${port}`;
  const say = { account: "kari", acr: "substantial", email: undefined, verified: false, organisations: [], refuses: false };
  const seen = { authorize: [], token: [] };
  let spoil = null;
  let isDown = false;
  let keys;

  async function build() {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: `key-${Date.now()}` };
    keys = { privateKey, kid: jwk.kid };
    const chosen = () =>
      say.organisations.map((number) => ({ orgno: { authority: "iso6523-actorid-upis", ID: `0192:${number}` }, name: "X" }));
    const granted = () => [{ type: "ansattporten:orgno", ...(chosen().length > 0 && { authorized_parties: chosen() }) }];
    const provider = new Provider(issuer, {
      clients: [{
        ...CLIENT,
        redirect_uris: [`${base}/sign-in/ansattporten/callback`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        subject_type: "pairwise",
        authorization_details_types: ["ansattporten:orgno"],
        token_endpoint_auth_method: "client_secret_basic",
      }],
      jwks: { keys: [jwk] },
      cookies: { keys: ["a key of a test"] },
      subjectTypes: ["pairwise"],
      pairwiseIdentifier: (_, account) => createHash("sha256").update(`sector ${account}`).digest("base64url"),
      acrValues: ["low", "substantial", "high"],
      claims: { openid: ["sub", "pid", "authorization_details"], email: ["email", "email_verified"], profile: ["name"] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          pid: NATIONAL,
          name: `Kari ${NATIONAL}`,
          authorization_details: granted(),
          ...(say.email && { email: say.email, email_verified: say.verified }),
        }),
      }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      features: {
        devInteractions: { enabled: false },
        // The package wants a resource where details are asked for; the token is for userinfo all the same.
        resourceIndicators: {
          enabled: true,
          defaultResource: () => `${issuer}/api`,
          getResourceServerInfo: () => ({ scope: "openid email profile", accessTokenFormat: "opaque" }),
          useGrantedResource: () => false,
        },
        richAuthorizationRequests: {
          enabled: true,
          types: { "ansattporten:orgno": { validate() {} } },
          authorizationDetailsForGrantSource: granted,
          authorizationDetailsForAccessToken: granted,
          authorizationDetailsForIntrospection: granted,
        },
      },
    });
    provider.use(async (ctx, next) => {
      await next();
      if (ctx.path === "/auth") seen.authorize.push({ ...ctx.query });
      if (ctx.path === "/token") {
        seen.token.push(ctx.status);
        if (spoil && ctx.body?.id_token) ctx.body = { ...ctx.body, id_token: await spoil(ctx.body.id_token, keys) };
      }
    });
    const answer = provider.callback();
    return async (request, response) => {
      if (!request.url.startsWith("/interaction/")) return answer(request, response);
      const { params } = await provider.interactionDetails(request, response);
      if (say.refuses) return provider.interactionFinished(request, response, { error: "access_denied" });
      const grant = new provider.Grant({ accountId: say.account, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      grant.addOIDCClaims(["pid", "authorization_details"]);
      grant.addResourceScope(`${issuer}/api`, params.scope);
      for (const detail of JSON.parse(params.authorization_details ?? "[]")) grant.addRar(detail);
      return provider.interactionFinished(request, response, {
        login: { accountId: say.account, acr: say.acr, amr: ["pwd"], remember: false },
        consent: { grantId: await grant.save() },
      });
    };
  }

  let handler = await build();
  const server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    handler(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    issuer,
    say,
    seen,
    client: CLIENT,
    spoil: (how) => (spoil = how),
    down: (yes) => (isDown = yes),
    /** Other keys from now on. */
    rotate: async () => (handler = await build()),
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** What it signs, with other claims, by its own key. */
export const claiming = (change) => (token, { privateKey, kid }) =>
  new SignJWT({ ...decodeJwt(token), ...change(decodeJwt(token)) })
    .setProtectedHeader({ ...decodeProtectedHeader(token), kid })
    .sign(privateKey);

/** The same by nobody. */
export const unsigned = (token) => new UnsecuredJWT(decodeJwt(token)).encode();

/** The same by somebody else, under a name of a key that it has, or has not. */
export const byAnother = (name) => async (token, { kid }) => {
  const { privateKey } = await generateKeyPair("RS256");
  return new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: "RS256", kid: name ?? kid }).sign(privateKey);
};

/** The same by a secret that both know. */
export const bySecret = (token, { kid }) =>
  new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: "HS256", kid })
    .sign(new TextEncoder().encode(CLIENT.client_secret));
