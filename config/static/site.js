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

  // Of each form what a person touched: the rest may say something newer by then.
  const keepDraft = (form) => {
    const saved = JSON.parse(sessionStorage.getItem(key(form)) || "{}");
    const read = (name) => new FormData(form).getAll(name).filter((value) => typeof value === "string");
    const put = (field, values) => {
      if (field.options) [...field.options].forEach((option) => (option.selected = values.includes(option.value)));
      else if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.type !== "file") field.value = values[0] ?? "";
    };
    const lost = Object.keys(saved).filter((name) => form.elements[name] && `${read(name)}` !== `${saved[name]}`);
    lost.forEach((name) => form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((field) => put(field, saved[name])));
    const note = form.querySelector("[data-restored]");
    if (note && lost.length) {
      note.hidden = false;
      form.closest("details")?.setAttribute("open", "");
      note.querySelector("button").addEventListener("click", () => {
        lost.forEach((name) => delete saved[name]);
        sessionStorage.removeItem(key(form));
        form.reset();
        note.hidden = true;
      });
    }
    form.addEventListener("input", ({ target }) => {
      saved[target.name] = read(target.name);
      sessionStorage.setItem(key(form), JSON.stringify(saved));
    });
    form.addEventListener("submit", () => sessionStorage.setItem("draft:sent", key(form)));
  };

  // A message of success means that what was sent last is on the record. Also of what htmx puts into the page.
  const settle = (part) => {
    if (part.matches("[data-done]") || part.querySelector("[data-done]")) {
      const sent = sessionStorage.getItem("draft:sent");
      clear((name) => name === sent || name === "draft:sent");
    }
    [part, ...part.querySelectorAll("form")].filter((form) => form.matches("form[data-draft]")).forEach(keepDraft);
  };
  if (user) settle(document.body);
  if (user) document.addEventListener("htmx:load", (event) => event.target !== document.body && settle(event.target));
  document.querySelectorAll("form[data-forget]").forEach((form) => {
    form.addEventListener("submit", () => clear(() => true));
  });

  // What cannot be shown in its place (a session that ended, a refusal) goes the ordinary way, with what was typed.
  const plainly = (event) => {
    event.preventDefault();
    const asked = event.detail.requestConfig.elt;
    if (asked.matches("form")) asked.submit();
    else if (asked.href) location.assign(asked.href);
  };
  document.addEventListener("htmx:responseError", plainly);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (new URL(event.detail.xhr.responseURL).pathname === "/login/") plainly(event);
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

  // One press, one request; the button comes back with the page when someone goes back. A moment later, or the name
  // of the button pressed would not be sent.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    setTimeout(() => event.target.querySelectorAll("button").forEach((button) => (button.disabled = true)));
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[method=post] button:disabled").forEach((button) => (button.disabled = false));
  });

  // "/" goes to the search box, unless somebody is writing.
  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("find");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || !box || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    box.focus();
  });

  // 核对: pointing at an item shows it in the source and the other way round, each in its own pane.
  let mouse = "";
  const point = ({ target, clientX, clientY }) => {
    const at = target.closest?.("[id^=item-], [id^=source-]");
    const resting = mouse === (mouse = clientX === undefined ? "" : `${clientX} ${clientY}`); // the page moved, not the mouse
    if (!at || at.matches(".shown") || (mouse && resting)) return;
    document.querySelectorAll(".shown").forEach((part) => part.classList.remove("shown"));
    const [side, number] = at.id.split("-");
    const other = document.getElementById(`${side === "item" ? "source" : "item"}-${number}`);
    [at, other].forEach((part) => part?.classList.add("shown"));
    const pane = other?.closest(".pane, .paper");
    if (!pane) return;
    const [part, view] = [other, pane].map((one) => one.getBoundingClientRect());
    if (part.top < view.top + 40 || part.bottom > view.bottom) pane.scrollTop += part.top - view.top - pane.clientHeight / 4;
  };
  ["mouseover", "focusin"].forEach((kind) => document.addEventListener(kind, point));

  // 核对 by keyboard: from row to row, confirm, correct; after the last one the way on is 下达.
  const following = (row) => {
    const open = [...document.querySelectorAll("tr.waits")].filter((one) => one !== row);
    const after = open.find((one) => !row || row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    return after || open[0] || document.querySelector("a.issue");
  };
  const confirmed = (row) => {
    row.querySelector("button[name=item]")?.click();
    return following(row);
  };
  const down = (row) => row.nextElementSibling;
  const up = (row) => row.previousElementSibling;
  const open = (row) => row.querySelector("a.edit")?.click();
  const KEYS = { ArrowDown: down, j: down, ArrowUp: up, k: up, Enter: open, " ": confirmed, c: confirmed };
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const form = target.closest(".editing form");
    if (form && key === "Escape") form.querySelector("a.cancel").click();
    if (form && key === "Enter" && target.matches("textarea")) event.preventDefault(), form.requestSubmit();
    const row = target.closest(".items tbody tr[tabindex]");
    const start = target === document.body && "jk".includes(key) && document.querySelector("tr.waits");
    const own = ["Enter", " "].includes(key) && target !== row; // a link's and a button's own keys
    if (!start && (!row || !KEYS[key] || own || target.matches("input, textarea, select"))) return;
    event.preventDefault();
    (start || KEYS[key](row))?.focus();
  });
  document.addEventListener("htmx:load", ({ detail: { elt } }) => {
    elt.querySelector("[data-first]")?.select?.(); // with the cursor in it; what is typed replaces what is there
    if (elt.matches(".editing")) elt.scrollIntoView({ block: "nearest" });
    if (!elt.matches(".items tr") || document.activeElement !== document.body) return;
    ("stays" in elt.dataset ? elt : following(elt))?.focus();
  });

  // A part of a page is asked for with our token as it is now: signing in elsewhere gives a new one.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-CSRFToken"] = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
  });
})();
