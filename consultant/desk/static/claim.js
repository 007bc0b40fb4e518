// Editing a claim: codes found while typing, and each change checked and worded at once. Without this file buttons do the same.
"use strict";

const draft = document.getElementById("draft");

// ---- What was typed is sent, and the right side comes back checked and worded.
let asked = 0;
const isReworded = () => {
  const text = document.getElementById("text");
  return text !== null && text.value !== text.defaultValue;
};
const keepPlace = (form) => {
  const { activeElement: element } = document;
  if (!element?.id || !draft.contains(element)) return () => {};
  const { id, value, selectionStart } = element;
  const isNew = id.endsWith("-new");
  const kind = id.startsWith("dx") ? "dx" : "code";
  const filled = isNew && form.querySelector(`#${kind}-new`).value.trim() !== "" && element.name !== kind;
  return () => {
    const count = draft.querySelectorAll(`input[name=${kind}]`).length - 2;
    const again = document.getElementById(filled ? id.replace("new", String(count)) : id);
    if (!again || again.disabled) return;
    if (element.name !== kind && again.value !== value && again.matches("input")) again.value = value;
    again.focus();
    if (selectionStart !== null && again.setSelectionRange) again.setSelectionRange(selectionStart, selectionStart);
  };
};
const check = async (form, submitter) => {
  if (isReworded() && !confirm("Changed lines make a new letter. Give up the wording that you typed?")) return;
  const mine = ++asked;
  const answer = await fetch(form.dataset.draft, {
    method: "POST",
    headers: { "X-Part": "draft" },
    body: new URLSearchParams(new FormData(form, submitter)),
  });
  if (answer.redirected) location.reload();
  if (mine !== asked || !answer.ok) return;
  const back = keepPlace(form);
  const words = await answer.text();
  if (mine !== asked) return;
  draft.innerHTML = words;
  prepare();
  back();
};

// ---- Codes while one types (a combobox with a list box, WAI-ARIA 1.2).
const list = document.createElement("ul");
list.id = "found";
list.className = "found";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Codes found");
let field = null;
let typed = 0;
const close = () => {
  if (field) {
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
  field = null;
  list.remove();
};
const choose = (option) => {
  const chosen = field;
  chosen.value = option.dataset.value;
  close();
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
};
const point = (step) => {
  const options = [...list.children];
  const now = options.findIndex((one) => one.ariaSelected === "true");
  const next = options[(now + step + options.length) % options.length];
  for (const one of options) one.setAttribute("aria-selected", String(one === next));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
};
const offer = (input, codes) => {
  close();
  if (!codes.length || document.activeElement !== input) return;
  field = input;
  list.replaceChildren(
    ...codes.map((one, place) => {
      const option = document.createElement("li");
      option.id = `found-${place}`;
      option.dataset.value = one.code;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const code = document.createElement("b");
      code.textContent = one.code;
      option.append(code, ` ${one.title}`);
      return option;
    }),
  );
  const box = input.getBoundingClientRect();
  document.body.append(list);
  list.style.left = `${Math.min(box.left, innerWidth - list.offsetWidth - 8) + scrollX}px`;
  list.style.top = `${box.bottom + scrollY + 2}px`;
  input.setAttribute("aria-expanded", "true");
};
const look = async (input) => {
  const mine = ++typed;
  const words = input.value.trim();
  if (words.length < 2) return close();
  await new Promise((done) => setTimeout(done, 80));
  if (mine !== typed) return;
  const answer = await fetch(`/find?${new URLSearchParams({ q: words, kind: input.dataset.find })}`);
  if (mine === typed && answer.ok && !answer.redirected) offer(input, await answer.json());
};
list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  const option = event.target.closest("li");
  if (option) choose(option);
});

const prepare = () => {
  for (const input of draft.querySelectorAll("input[data-find]")) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", "found");
    input.setAttribute("aria-autocomplete", "list");
  }
  for (const button of draft.querySelectorAll(".needs-script")) button.hidden = draft.querySelector(".keep:not([hidden], .no-script)") !== null;
};

if (draft) {
  prepare();
  draft.addEventListener("input", (event) => {
    if (event.target.dataset.find) look(event.target);
    if (event.target.id === "text") {
      // An edited letter has to be kept before it can be approved: an approval names the hash of the draft on the page.
      const changed = isReworded();
      document.querySelector("#approve button").disabled = changed;
      document.getElementById("unsaved").hidden = !changed;
      for (const button of draft.querySelectorAll(".needs-script")) button.hidden = changed;
    }
  });
  draft.addEventListener("focusout", (event) => {
    if (event.target === field) close();
    typed += event.target.dataset.find ? 1 : 0;
  });
  draft.addEventListener("keydown", (event) => {
    if (event.target !== field) return;
    const pointed = list.querySelector('[aria-selected="true"]');
    if (event.key === "ArrowDown" || event.key === "ArrowUp") point(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && pointed) choose(pointed);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  draft.addEventListener("change", (event) => {
    const form = event.target.closest("#claim");
    if (form && event.target.name !== "override") check(form);
  });
  draft.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (!event.target.matches("#claim") || submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    check(event.target, submitter);
  });
}
