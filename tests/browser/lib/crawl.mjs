// Follows every link of the portal as a person would, without ever pressing a button.

/** What stands between these is data; each kind of page is looked at once. */
const WORDS = new Set(
  "nb nn en m my supplier admin appoint needs events organisations quality surveys responses respond new import edit files log questions answer decline events announce attendance cancel close delete document held open register withdraw persons submit approve return publish competition compare codes interest partners summary ledger together joint interests organisation members invite revoke requests claimed start abroad comments login help privacy profile welcome buyer act-as leave ask changes check receipt access acknowledge decide dispose follow preview share invitations accessibility glossary".split(
    " ",
  ),
);

/** `/nb/needs/snow/ask?x=1` is of the kind `/needs/*` + `/ask`, whatever its language. */
export function kindOf(path) {
  const [, , ...segments] = new URL(path, "http://x").pathname.split("/");
  return `/${segments.map((segment) => (WORDS.has(segment) ? segment : "*")).join("/")}`;
}

/**
 * All addresses of the portal that links lead to from `starts`, as `{path, from, status, html}`.
 * Of one kind of page at most `each` are read; the same address with another query is one of its kind.
 */
export async function crawl(context, starts, { each = 12 } = {}) {
  const language = starts[0].split("/")[1];
  const queue = starts.map((path) => ({ path, from: "the start" }));
  const seen = new Set(starts);
  const read = new Map();
  const found = [];
  while (queue.length > 0) {
    const { path, from } = queue.shift();
    const kind = kindOf(path);
    const number = read.get(kind) ?? 0;
    if (number >= each) continue;
    read.set(kind, number + 1);
    const answer = await context.request.get(path, { headers: { accept: "text/html,*/*" } });
    const isPage = (answer.headers()["content-type"] ?? "").startsWith("text/html");
    const html = isPage ? await answer.text() : "";
    found.push({ path, from, kind, status: answer.status(), html });
    for (const [, raw] of html.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)) {
      const href = raw.replaceAll("&#38;", "&").replaceAll("&amp;", "&");
      const url = new URL(href, answer.url());
      if (url.origin !== new URL(answer.url()).origin) continue;
      const next = url.pathname + url.search;
      const isOurs = url.pathname.split("/")[1] === language || !["nb", "nn", "en"].includes(url.pathname.split("/")[1]);
      if (!isOurs || url.pathname.startsWith("/dev/") || seen.has(next)) continue;
      seen.add(next);
      queue.push({ path: next, from: path });
    }
  }
  return found;
}
