// Passkeys: asks the browser for one, and sends its answer by the page's form. Without this script,
// or where a browser has no passkeys, the form stays hidden and the words that say so stay.

(() => {
  // Half a minute less than a question may be answered.
  const FRESH_MS = 270_000;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");

  /** What `navigator.credentials` takes, of what the page holds. */
  function question(form) {
    const asked = JSON.parse(form.dataset.options);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      for (const each of asked[list] ?? []) each.id = bytes(each.id);
    }
    return asked;
  }

  /** What the server reads, of what the browser answered. */
  function answer(credential) {
    const { response } = credential;
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const said = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    return JSON.stringify({
      id: credential.id,
      rawId: credential.id,
      type: credential.type,
      clientExtensionResults: {},
      response: { ...Object.fromEntries(said), ...(response.attestationObject ? { transports: [] } : {}) },
    });
  }

  /** Whether the browser makes and uses passkeys for this page's host. */
  function isAble(form) {
    const asked = JSON.parse(form.dataset.options);
    const host = asked.rpId ?? asked.rp.id;
    const isOurs = location.hostname === host || location.hostname.endsWith(`.${host}`);
    return isOurs && window.isSecureContext && Boolean(window.PublicKeyCredential && navigator.credentials);
  }

  /** A page that was open for long asks anew: each question is answered once, and soon. */
  async function refresh(form) {
    if (Date.now() - form.askedAt < FRESH_MS) return;
    const page = await (await fetch(location.href)).text();
    const anew = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-passkey]");
    if (!anew) return;
    form.dataset.options = anew.dataset.options;
    form.elements.ceremony.value = anew.elements.ceremony.value;
    form.askedAt = Date.now();
  }

  async function ask(form, isQuiet) {
    form.asking?.abort();
    const asking = new AbortController();
    form.asking = asking;
    const status = form.querySelector("[data-passkey-status]");
    status.textContent = "";
    try {
      await refresh(form);
      const options = { publicKey: question(form), signal: asking.signal };
      const credential =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create(options)
          : await navigator.credentials.get({ ...options, ...(isQuiet ? { mediation: "conditional" } : {}) });
      form.elements.response.value = answer(credential);
      const typed = document.querySelector("input[type=email]");
      if (typed && form.elements.email) form.elements.email.value = typed.value;
      form.submit();
    } catch (error) {
      // Another question took its place, or nobody asked for it.
      if (asking.signal.aborted || isQuiet) return;
      const why = { NotAllowedError: "cancelled", InvalidStateError: "known" }[error.name] ?? "failed";
      status.textContent = form.dataset[why] ?? form.dataset.failed;
    }
  }

  /** Offers passkeys where one types the address, beside what the browser has kept. */
  async function offer(form) {
    const field = document.querySelector("input[type=email]");
    // Where one was just refused it would come again, before anybody has read why.
    if (document.querySelector("ds-error-summary")) return;
    if (!field || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    field.autocomplete = "email webauthn";
    ask(form, true);
    field.addEventListener("focus", () => {
      if (Date.now() - form.askedAt >= FRESH_MS) ask(form, true);
    });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!isAble(form)) continue;
    form.askedAt = Date.now();
    form.hidden = false;
    document.getElementById(form.dataset.without).hidden = true;
    form.addEventListener("submit", (event) => {
      // Without a name the server says so, before a passkey is made that nobody keeps.
      if (form.elements.name && form.elements.name.value?.trim() === "") return;
      event.preventDefault();
      ask(form, false);
    });
    if (form.dataset.passkey === "get") offer(form);
  }
})();
