// A browser without a window that goes where it is sent, over hosts, and keeps cookies for each.

import { request } from "node:http";

export class Browser {
  /** Everything that was answered: status, headers, bodies. */
  answers = [];
  #cookies = new Map();

  cookies(origin) {
    if (!this.#cookies.has(origin)) this.#cookies.set(origin, new Map());
    return this.#cookies.get(origin);
  }

  async send(method, address, { form, json, headers = {}, from } = {}) {
    const url = new URL(address);
    const jar = this.cookies(url.origin);
    const body = json ? JSON.stringify(json) : form && new URLSearchParams(form).toString();
    const kind = json ? "application/json" : "application/x-www-form-urlencoded";
    const answer = await new Promise((resolve, reject) => {
      const asked = request(url, {
        method,
        headers: {
          accept: "text/html",
          "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
          "sec-fetch-site": from === undefined || from === url.origin ? "same-origin" : "cross-site",
          ...(jar.size > 0 && { cookie: [...jar].map(([n, v]) => `${n}=${v}`).join("; ") }),
          ...(body && { "content-type": kind, origin: url.origin }),
          ...headers,
        },
      }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve({
          status: response.statusCode,
          headers: response.headers,
          url: url.href,
          text: Buffer.concat(parts).toString(),
        }));
      });
      asked.on("error", reject);
      asked.end(body);
    });
    for (const cookie of answer.headers["set-cookie"] ?? []) {
      const [pair, ...attributes] = cookie.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const isGone = value === "" || attributes.some((a) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(a));
      if (isGone) jar.delete(name);
      else jar.set(name, value);
    }
    this.answers.push(JSON.stringify(answer));
    return answer;
  }

  /** Follows until a page, or until `stop` says so of an address. */
  async go(address, { stop = () => false, ...options } = {}) {
    let answer = await this.send(options.form ? "POST" : "GET", address, options);
    let from = new URL(address).origin;
    for (let n = 0; n < 20 && answer.status >= 300 && answer.status < 400; n += 1) {
      const next = new URL(answer.headers.location, answer.url);
      if (stop(next)) return { ...answer, next };
      answer = await this.send("GET", next.href, { from });
      from = next.origin;
    }
    return answer;
  }
}
