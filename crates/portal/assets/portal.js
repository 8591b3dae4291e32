// Enhances what works without: nothing here is needed to do anything.

// Texts of the design system's counter and warnings come from our markup.
window.dsWarnings = false;

// A second press of "send" while the first is on its way sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 10000) {
    event.preventDefault();
  } else {
    form.dataset.sent = String(Date.now());
  }
});

// Coming back to a page that the browser kept, one may send again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What is shown once can be copied by a press of a button.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("[data-copy-status]");
    field.select();
    await navigator.clipboard.writeText(field.value);
    status.textContent = button.dataset.copied;
  });
}

// The form of a draft saves itself while one writes, and says when.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  let timer;
  let saving = false;
  let again = false;

  const save = async () => {
    if (form.dataset.sent) return;
    if (saving) {
      again = true;
      return;
    }
    saving = true;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    let saved = null;
    let why = "failed";
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "X-Autosave": "1" },
        body: new URLSearchParams(body),
      });
      if (answer.status === 401) why = "signedOut";
      else if (answer.status >= 400 && answer.status < 500) why = "refused";
      if (answer.ok && answer.headers.get("content-type")?.includes("json")) saved = await answer.json();
    } catch {
      // No connection: said below.
    }
    for (const [name, value] of Object.entries(saved?.fields ?? {})) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
    if (status) {
      status.textContent = saved ? saved.text : status.dataset[why];
      status.dataset.state = saved ? "saved" : "failed";
    }
    saving = false;
    if (again) {
      again = false;
      save();
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
}
