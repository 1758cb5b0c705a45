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
// A passage that is saved is replaced and gets the focus again: wait for that.
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

setUp(document);
if (!location.hash) focusNew();
