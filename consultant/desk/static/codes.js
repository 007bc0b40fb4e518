// Offers codes while somebody types (the combobox pattern of the ARIA practices guide). Search and forms work without this file.
"use strict";

const WAIT = 90;

class Offers {
  constructor(input, number) {
    this.input = input;
    this.fills = "fills" in input.dataset;
    this.asked = 0;
    this.at = -1;
    this.list = document.createElement("ul");
    this.list.className = "offers";
    this.list.id = `offers-${number}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Codes found");
    input.after(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", this.list.id], ["aria-expanded", "false"]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // A press would take the focus away before the click arrives.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) this.take(item);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const words = this.input.value.trim();
    const number = ++this.asked;
    if (!words) return this.close();
    try {
      const answer = await fetch(`${this.input.dataset.offers}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      const found = answer.ok ? await answer.json() : [];
      // Answers may overtake each other; only the newest counts.
      if (number === this.asked && document.activeElement === this.input) this.show(found);
    } catch {
      this.close();
    }
  }

  show(found) {
    this.at = -1;
    const wanted = this.fills ? found.filter((one) => /^(CPT|HCPCS|ICD-10-CM)$/.test(one.kind)) : found;
    this.list.replaceChildren(...wanted.map((one, index) => this.item(one, index)));
    this.open(wanted.length > 0);
  }

  item(one, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.code = one.code;
    item.dataset.url = one.url;
    for (const [name, text] of [["code", one.code], ["title", one.title], ["kind", one.kind]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      item.append(part);
    }
    return item;
  }

  open(on) {
    this.list.hidden = !on;
    this.input.setAttribute("aria-expanded", String(on));
    if (!on) this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.open(false);
  }

  key(event) {
    const items = [...this.list.children];
    if (event.key === "Escape" && !this.list.hidden) {
      // A search field would be emptied by this key, and the desk would leave it.
      event.preventDefault();
      event.stopPropagation();
      return this.close();
    }
    if (this.list.hidden || !items.length) return;
    if (event.key === "ArrowDown") this.move(items, 1);
    else if (event.key === "ArrowUp") this.move(items, -1);
    else if (event.key === "Enter" && this.at >= 0) this.take(items[this.at]);
    else return;
    event.preventDefault();
  }

  move(items, step) {
    this.at = (this.at + step + items.length) % items.length;
    items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    this.input.setAttribute("aria-activedescendant", items[this.at].id);
    items[this.at].scrollIntoView({ block: "nearest" });
  }

  take(item) {
    if (this.fills) {
      this.input.value = item.dataset.code;
      this.close();
    } else location.assign(item.dataset.url);
  }
}

document.querySelectorAll("input[data-offers]").forEach((input, number) => new Offers(input, number));
