// Comfort only: every page works without it. What is typed is kept in this tab until it is saved, so that an expired
// session or a closed laptop costs nobody a report; signing out forgets it.
(() => {
  const user = document.body.dataset.user;
  const key = (form) => `draft:${user}:${form.getAttribute("action")}`;

  const clear = (test) => {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("draft:") && test(name)) sessionStorage.removeItem(name);
    }
  };

  const keepDraft = (form) => {
    const fields = form.querySelectorAll("textarea, input[type=number], input[type=date]");
    const saved = JSON.parse(sessionStorage.getItem(key(form)) || "{}");
    for (const field of fields) {
      if (!field.value && saved[field.name]) field.value = saved[field.name];
    }
    form.addEventListener("input", () => {
      const values = Object.fromEntries([...fields].map((field) => [field.name, field.value]));
      sessionStorage.setItem(key(form), JSON.stringify(values));
    });
    form.addEventListener("submit", () => sessionStorage.setItem("draft:sent", key(form)));
  };

  // A message of success means that what was sent last is on the record.
  if (user && document.querySelector("[data-done]")) {
    const sent = sessionStorage.getItem("draft:sent");
    clear((name) => name === sent || name === "draft:sent");
  }
  if (user) document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll("form[data-forget]").forEach((form) => {
    form.addEventListener("submit", () => clear(() => true));
  });

  // Filters apply as they are chosen; without script the button does.
  document.querySelectorAll("form[data-auto] select").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
  });

  // One box ticks all of its name.
  document.querySelectorAll("input[data-all]").forEach((all) => {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      document.getElementsByName(all.dataset.all).forEach((box) => (box.checked = all.checked));
    });
  });

  // What a job is at, until the page has something else to show.
  const refresh = async (part) => {
    const answer = await fetch(location.href).catch(() => null);
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page && page.querySelector("[data-refresh]");
    if (page && !fresh) return location.reload();
    if (fresh && fresh.textContent !== part.textContent) part.replaceChildren(...fresh.children);
    setTimeout(refresh, part.dataset.refresh * 1000, part);
  };
  document.querySelectorAll("[data-refresh]").forEach((part) => setTimeout(refresh, part.dataset.refresh * 1000, part));

  // One press, one request; the button comes back with the page when someone goes back. A moment later, or the name
  // of the button pressed would not be sent.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => event.target.querySelectorAll("button").forEach((button) => (button.disabled = true)));
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[method=post] button:disabled").forEach((button) => (button.disabled = false));
  });
})();
