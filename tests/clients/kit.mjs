// What the cases share: who signs in, a need to listen to, and something that happens in it.

const OFFICER = "ingrid.moen@trondheim.example.no";

export const LISTEN = "subscription Listen($id: ID!) { needChanged(needId: $id) { kind text } }";

/** Waits for a promise, but not for ever. */
export function within(seconds, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function kitOf(base) {
  const url = `${base}/graphql`;
  const ask = async (query, { variables = {}, token, headers = {} } = {}) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return answer.json();
  };
  const signIn = async (email = OFFICER) => {
    const query = "mutation($email: String!) { signInAsPersona(input: { email: $email }) { signedIn { accessToken } } }";
    return (await ask(query, { variables: { email } })).data.signInAsPersona.signedIn.accessToken;
  };
  const token = await signIn();
  const found = await ask("{ ownNeeds(filter: { states: [IN_DIALOGUE] }, first: 1) { nodes { id } } }", { token });
  const need = found.data.ownNeeds.nodes[0].id;
  /** Tells everybody something, again and again until `heard` is settled. */
  const announceUntil = async (heard) => {
    let done = false;
    const settled = heard.finally(() => (done = true));
    const query = "mutation($input: PublishAnnouncementInput!) { publishAnnouncement(input: $input) { userErrors { code } } }";
    for (let n = 1; !done; n += 1) {
      // A subscription has begun when it begins: nobody is told when.
      await ask(query, { token, variables: { input: { needId: need, title: `Nytt ${n}`, body: "Til alle." } } });
      await Promise.race([settled.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 300))]);
    }
    return settled;
  };
  return { base, url, socket: url.replace("http", "ws") + "/ws", ask, signIn, token, need, announceUntil };
}
