// Small comforts of the desk: keys, evidence that lights up, news without reloading. Every page reads and decides without this file.
"use strict";

document.documentElement.classList.add("js");

// Pointing at a code lights the words it rests on, and the other way round; a tap does what pointing does.
let lit = null;
const codesOf = (element) => (element.dataset.codes ?? element.dataset.code ?? "").split(" ");
const light = (element) => {
  if (element === lit) return;
  for (const old of document.querySelectorAll(".lit:not([data-case])")) old.classList.remove("lit");
  lit = element;
  if (!element) return;
  const wanted = new Set(codesOf(element));
  const overlaps = (one) => codesOf(one).some((code) => wanted.has(code));
  const isMark = element.matches("mark");
  for (const one of document.querySelectorAll("mark[data-codes]")) if (!isMark && overlaps(one)) one.classList.add("lit");
  for (const one of document.querySelectorAll("[data-code]")) if (overlaps(one)) one.classList.add("lit");
  if (isMark) element.classList.add("lit");
};
const lightable = (event) => event.target.closest?.("[data-code], mark[data-codes]") ?? null;
document.addEventListener("mouseover", (event) => light(lightable(event)));
document.addEventListener("click", (event) => light(lightable(event)));
document.addEventListener("focusin", (event) => {
  light(lightable(event));
  if (lit && !lit.matches("mark")) document.querySelector("mark.lit")?.scrollIntoView({ block: "nearest" });
});

// A letter that waits tells how long it can still be taken back.
for (const toast of document.querySelectorAll(".toast[data-seconds]")) {
  const end = Date.now() + 1000 * Number(toast.dataset.seconds);
  const tick = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      toast.querySelector(".left").textContent = String(left);
      return;
    }
    clearInterval(tick);
    toast.querySelector("button")?.remove();
    toast.querySelector("span").textContent = "The letter is on its way.";
  }, 250);
}

// The queue: one row is marked, and stays marked when the list is renewed.
const rows = () => [...document.querySelectorAll("table.queue tbody tr")];
let marked = null;
const mark = (row) => {
  for (const each of rows()) each.classList.toggle("lit", each === row);
  marked = row?.dataset.case ?? null;
};
const go = (step) => {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.dataset.case === marked);
  const next = all[Math.min(all.length - 1, Math.max(0, now + step))];
  mark(next);
  next.querySelector(".subject > a").focus();
};

// After a decision the next case is one key away.
if (document.querySelector(".toast") && document.querySelector("table.queue")) go(0);

// News: the stream says that something happened, and the page fetches what it shows.
const queue = document.querySelector("[data-live]");
const head = document.querySelector(".case-head[data-changed]");
const renew = async () => {
  if (queue) {
    const answer = await fetch(location.href, { headers: { "X-Part": "queue" } });
    if (answer.redirected) return location.reload();
    if (!answer.ok) return;
    const hadFocus = queue.contains(document.activeElement);
    queue.innerHTML = await answer.text();
    const row = rows().find((each) => each.dataset.case === marked);
    if (row) {
      mark(row);
      if (hadFocus) row.querySelector(".subject > a").focus();
    }
  } else {
    const answer = await fetch(`/cases/${head.dataset.case}/status`);
    if (answer.ok && !answer.redirected) document.getElementById("news").hidden = (await answer.json()).changed === head.dataset.changed;
  }
};
if ((queue || head) && "EventSource" in window) {
  let last = null;
  let waits = false;
  const stream = new EventSource("/live");
  stream.addEventListener("message", (event) => {
    const isNews = last !== null && event.data !== last;
    last = event.data;
    if (!isNews || waits) return;
    waits = true;
    setTimeout(() => {
      waits = false;
      renew().catch(() => {});
    }, 700);
  });
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

const isTyping = (target) => target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
const canBePressed = (one) => !one.disabled && one.checkVisibility();

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isTyping(event.target)) {
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    const keep = [...document.querySelectorAll('button[data-key="e"].primary')].find(canBePressed);
    keep?.focus();
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = CSS.escape(event.key.toLowerCase());
  const found = [...document.querySelectorAll(`[data-key="${key}"]`)].find(canBePressed);
  if (found?.dataset.focus) document.querySelector(found.dataset.focus)?.focus();
  else if (found) {
    found.click();
    if (found.matches("summary")) found.parentElement.querySelector("select, input")?.focus();
  } else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "/") document.getElementById("q")?.focus();
  else return;
  event.preventDefault();
});
