// Comfort on top of pages that work without a script: where the focus goes,
// counting characters, closing menus. Nothing here is needed for any task.
"use strict";

const announce = (text) => {
  const region = document.getElementById("meldung");
  if (region) region.textContent = text;
};

// Focus: an error summary or a flash that has just appeared is read first.
const focusNew = () => {
  const fresh = [...document.querySelectorAll("[data-focus]:not([data-seen])")];
  const target = fresh.find((element) => element.id === "fehler") ?? fresh[0];
  for (const element of fresh) element.dataset.seen = "1";
  target?.focus();
  return Boolean(target);
};

// Counting: the limit that the server wrote becomes a countdown.
const characters = (text) => [...text.replace(/\r\n/g, "\n")].length;

const setUpCount = (note) => {
  const field = document.getElementById(note.dataset.count);
  if (!field || note.dataset.ready) return;
  note.dataset.ready = "1";
  const max = Number(note.dataset.max);
  const live = document.createElement("span");
  live.className = "app-hidden";
  live.setAttribute("aria-live", "polite");
  note.after(live);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  let timer;
  const update = () => {
    const left = max - characters(field.value);
    const text = (left < 0 ? note.dataset.over : note.dataset.left).replace("%d", number.format(Math.abs(left)));
    note.textContent = text;
    note.classList.toggle("app-count--over", left < 0);
    clearTimeout(timer);
    if (left < max * 0.1) timer = setTimeout(() => { live.textContent = text; }, 1000);
  };
  field.addEventListener("input", update);
  if (field.value) update();
};

// Menus in the header: only one is open; Escape and a click elsewhere close it.
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
};

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest?.("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// A second press on a button while the first is under way does nothing. The
// server would notice the repeat too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 3000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const setUp = (root) => {
  root.querySelectorAll?.("[data-count]").forEach(setUpCount);
};

// Links of the error summary lead into the field, not only to it.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("#fehler a[href^='#']");
  const field = anchor && document.getElementById(decodeURIComponent(anchor.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

// Where htmx cannot save, what was typed stays and the page says why.
const reason = (status) => document.getElementById(
  status === undefined ? "keine-verbindung" : status === 401 ? "nicht-angemeldet" : "nicht-gespeichert");
const complain = (event) => {
  const { ctx } = event.detail;
  const note = reason(ctx.response?.status);
  if (!note || [409, 422].includes(ctx.response?.status) || ctx.request.method !== "POST" || ctx.sourceElement.matches("[data-beat]")) return;
  ctx.target.replaceChildren(note.content.cloneNode(true));
  announce(ctx.target.textContent.trim());
};
document.addEventListener("htmx:response:error", complain);
document.addEventListener("htmx:error", complain);

// htmx replaces parts of a page and leaves the focus to us: errors first, else
// the element that had it, else the heading of what came in.
let lastFocus = "";
document.addEventListener("htmx:before:request", () => {
  lastFocus = document.activeElement?.id ?? "";
});
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  const root = target?.isConnected ? target : document.body;
  setUp(document);
  if (focusNew()) return;
  const lost = !document.activeElement || document.activeElement === document.body;
  if (lost && lastFocus) document.getElementById(lastFocus)?.focus();
  const count = document.getElementById("treffer");
  if (count && root.contains(count)) announce(count.textContent.trim());
});

// Who has the editor of a passage open says so, again and again, so that others
// see it; who leaves it says that too. Nothing waits for it: unsaid, it expires.
let editor = "";
let beating;
const beatOf = (id) => document.getElementById(id)?.querySelector("[data-beat]");
const beat = () => {
  if (document.visibilityState === "visible") beatOf(editor)?.dispatchEvent(new Event("beat"));
};
const leaveEditor = () => {
  const url = beatOf(editor)?.dataset.hxPost;
  editor = "";
  clearInterval(beating);
  if (url) navigator.sendBeacon(url, new URLSearchParams({ left: "1" }));
};
document.addEventListener("focusin", (event) => {
  const id = event.target.closest?.("[data-editor]")?.id ?? "";
  if (id === editor || !id) return;
  if (editor) leaveEditor();
  editor = id;
  beat();
  beating = setInterval(beat, 45000);
});
document.addEventListener("focusout", () => setTimeout(() => {
  if (editor && document.activeElement?.closest("[data-editor]")?.id !== editor) leaveEditor();
}, 500));
window.addEventListener("pagehide", () => { if (editor) leaveEditor(); });

// On a narrow screen filters begin closed, so that the list is in sight.
if (window.matchMedia("(max-width: 47.99rem)").matches) {
  for (const box of document.querySelectorAll("details[data-small-closed]")) {
    if (!box.querySelector("[aria-invalid]")) box.open = false;
  }
}

// Saving while somebody writes. A form saves itself two seconds after the last
// key, one request at a time. The answer replaces the line that says how it
// stands and holds the number of the saved version; it never touches the text.
const writing = () => [...document.querySelectorAll("form[data-autosave]")];
const dirty = (form) => [...form.elements].some((field) => (
  field.type === "checkbox" ? field.checked !== field.defaultChecked : field.type === "textarea" && field.value !== field.defaultValue));
const timers = new Map();
const running = new Map();
let leaving; // the form that is being sent, or true: what was typed is given up

const later = (form, wait) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
};
const standOf = (form) => form.querySelector("[data-stand]");
const say = (form, text) => announce(`${form.dataset.name}: ${text.replace(/\s+/g, " ").trim()}`);

const fail = (form, note, more) => {
  const said = standOf(form).querySelector("[data-said]");
  const before = said.textContent;
  said.replaceChildren(note.content.cloneNode(true), ...more);
  if (said.textContent !== before) say(form, said.textContent);
  later(form, 15000);
};

const send = async (form) => {
  clearTimeout(timers.get(form));
  if (leaving === form || leaving === true || !dirty(form) || form.querySelector("[data-conflict]")) return;
  const sent = new URLSearchParams(new FormData(form));
  let answer;
  let page;
  try {
    answer = await fetch(form.getAttribute("action"), {
      method: "POST", headers: { "HX-Request": "true" }, body: sent, keepalive: sent.toString().length < 60000, // a browser's limit
    });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    fail(form, reason(), []);
    return;
  }
  const stand = page.querySelector("[data-stand]");
  if (!stand) {
    fail(form, reason(answer.status), page.querySelectorAll("[data-problem]"));
    return;
  }
  standOf(form).replaceWith(stand);
  const area = form.querySelector("textarea");
  const error = stand.querySelector(".kern-error");
  if (area && error) {
    area.setAttribute("aria-invalid", "true");
    area.setAttribute("aria-describedby", error.id);
  } else if (area && answer.ok) {
    area.defaultValue = sent.get("body");
    area.removeAttribute("aria-invalid");
    area.removeAttribute("aria-describedby");
    form.querySelectorAll(".kern-error").forEach((old) => old.remove());
  }
  if (answer.ok) form.querySelectorAll("[type=checkbox]").forEach((box) => { box.defaultChecked = sent.has(box.name); });
  if (answer.ok && dirty(form)) { // written on meanwhile
    stand.querySelector("[data-said]").textContent = form.dataset.open;
    later(form, 2000);
    return;
  }
  say(form, stand.textContent);
};

const save = (form) => {
  const next = (running.get(form) ?? Promise.resolve()).then(() => send(form)).finally(() => {
    if (running.get(form) === next) running.delete(form);
  });
  running.set(form, next);
  return next;
};
const unfinished = (form) => dirty(form) || running.has(form);
const settle = (forms) => Promise.race([Promise.all(forms.map(save)), new Promise((done) => { setTimeout(done, 5000); })]);

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (!form) return;
  const said = standOf(form).querySelector("[data-said]");
  if (!said.querySelector(".kern-alert")) said.textContent = form.dataset.open;
  later(form, 2000);
});

// Who leaves the page by a link or a button saves first; the text of the form
// that is sent travels with it.
const leave = (how) => {
  leaving = how;
  setTimeout(() => { leaving = undefined; }, 5000); // still here: go on saving
};
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (leaving === form || !writing().length) return;
  const others = writing().filter((other) => other !== form);
  if (running.has(form) || others.some(unfinished)) {
    event.preventDefault();
    await settle(others);
    await running.get(form);
    leave(form);
    form.requestSubmit(submitter);
    return;
  }
  leave(form);
}, true);
document.addEventListener("click", async (event) => {
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || anchor.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (anchor.hash && anchor.pathname === location.pathname && anchor.search === location.search) return;
  if (anchor.closest("[data-discard]")) leave(true);
  if (leaving === true || !writing().some(unfinished)) return;
  event.preventDefault();
  await settle(writing());
  location.href = anchor.href;
});
window.addEventListener("beforeunload", (event) => {
  const lost = leaving === true ? [] : writing().filter((form) => form !== leaving && dirty(form));
  if (!lost.length) return;
  event.preventDefault();
  lost.forEach(save);
});
window.addEventListener("pageshow", () => { leaving = undefined; });
const again = () => { writing().filter(dirty).forEach(save); };
window.addEventListener("online", again);
window.addEventListener("focus", again);
document.addEventListener("visibilitychange", again);

// A page that opens at a part of it: that part gets the focus, and the message
// of what was done is spoken.
const arrive = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || document.getElementById("fehler")) {
    focusNew();
    return;
  }
  if (!target.matches("a[href], button, input, select, textarea, summary, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  const flash = document.querySelector(".app-flash .kern-title");
  if (flash) setTimeout(() => announce(flash.textContent.replace(/\s+/g, " ").trim()), 300);
};

setUp(document);
arrive();
