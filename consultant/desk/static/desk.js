// Small comforts of the desk. Every page reads and decides without this file.
"use strict";

const light = (code, on) => {
  for (const mark of document.querySelectorAll("mark[data-codes]")) {
    if (mark.dataset.codes.split(" ").includes(code)) mark.classList.toggle("lit", on);
  }
  for (const row of document.querySelectorAll("[data-code]")) {
    if (row.dataset.code === code) row.classList.toggle("lit", on);
  }
};

// Pointing at a code lights the words it rests on, and the other way round.
for (const row of document.querySelectorAll("[data-code]")) {
  const on = () => light(row.dataset.code, true);
  const off = () => light(row.dataset.code, false);
  row.addEventListener("mouseenter", on);
  row.addEventListener("mouseleave", off);
  row.addEventListener("focusin", () => {
    on();
    document.querySelector("mark.lit")?.scrollIntoView({ block: "nearest" });
  });
  row.addEventListener("focusout", off);
}
for (const mark of document.querySelectorAll("mark[data-codes]")) {
  const each = (on) => () => mark.dataset.codes.split(" ").forEach((code) => light(code, on));
  mark.addEventListener("mouseenter", each(true));
  mark.addEventListener("mouseleave", each(false));
  mark.addEventListener("focus", each(true));
  mark.addEventListener("blur", each(false));
}

// An edited letter has to be kept before it can be approved: an approval names the hash of the draft on the page.
const letter = document.getElementById("text");
if (letter) {
  const approve = document.querySelector('button[form="approve"]');
  letter.addEventListener("input", () => {
    const changed = letter.value !== letter.defaultValue;
    approve.disabled = changed;
    document.getElementById("unsaved").hidden = !changed;
  });
}

const isTyping = (target) => target.matches("input, textarea, select");

let row = -1;
const rows = [...document.querySelectorAll("table.queue tbody tr")];
const go = (step) => {
  if (!rows.length) return;
  row = Math.min(rows.length - 1, Math.max(0, row + step));
  rows.forEach((each, index) => each.classList.toggle("lit", index === row));
  rows[row].querySelector("a").focus();
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (button) button.click();
  else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "/") document.getElementById("q")?.focus();
  else return;
  event.preventDefault();
});
