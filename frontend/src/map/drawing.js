/** <tici-drawing>: a line's stops put in order by mouse, keys or the map, with undo; each step is evaluated at once. */

const PATIENCE_MS = 150;

class Drawing extends HTMLElement {
  connectedCallback() {
    if (this.form) return;
    this.form = this.querySelector("form");
    this.chosen = this.querySelector("[data-chosen]");
    this.free = this.querySelector("[data-free]");
    this.map = this.querySelector("tici-map");
    this.names = {};
    for (const item of this.querySelectorAll("li[data-code]")) this.names[item.dataset.code] = item.querySelector(".drawing-name").textContent;
    this.past = [];
    this.future = [];
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.type(event));
    this.addEventListener("tici-stop", ({ detail }) => this.toggle(detail));
    this.drag();
    this.show();
  }

  get codes() {
    return [...this.chosen.children].map((item) => item.dataset.code);
  }

  /** Take an order over: remembered for undo, drawn, evaluated. */
  set(codes, said, focus) {
    this.past.push(this.codes);
    this.future = [];
    this.put(codes, said, focus);
  }

  put(codes, said, focus) {
    focus ??= document.activeElement?.closest("tici-drawing li[data-code]")?.dataset.code; // its item is drawn anew
    const all = [...this.querySelectorAll("li[data-code]")].map((item) => item.dataset.code);
    this.fill(this.chosen, codes);
    this.fill(this.free, all.filter((code) => !codes.includes(code)));
    this.show();
    this.querySelector("[data-said]").textContent = said ?? "";
    if (focus) this.querySelector(`li[data-code="${CSS.escape(focus)}"] .drawing-name`)?.focus();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.evaluate(), PATIENCE_MS);
  }

  fill(list, codes) {
    list.replaceChildren(...codes.map((code) => this.item(code, list === this.chosen)));
  }

  item(code, isChosen) {
    const item = document.createElement("li");
    item.dataset.code = code;
    item.draggable = true;
    const name = document.createElement("span");
    name.className = "drawing-name";
    name.tabIndex = 0;
    name.textContent = this.names[code];
    if (isChosen) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "stop", value: code });
      item.append(input);
    }
    item.append(name);
    return item;
  }

  /** Give every stop its buttons, and the map its way. */
  show() {
    for (const list of [this.chosen, this.free]) {
      for (const item of list.children) {
        if (item.querySelector("button")) continue;
        const kinds = list === this.chosen ? ["up", "down", "out"] : ["in"];
        item.append(...kinds.map((kind) => this.button(kind, item)));
      }
    }
    this.querySelector("[data-undo]").disabled = !this.past.length;
    this.querySelector("[data-redo]").disabled = !this.future.length;
    this.map?.redraw?.(this.codes);
  }

  button(kind, item) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button plain small", textContent: this.dataset[kind] });
    button.dataset.do = kind;
    button.setAttribute("aria-label", `${this.dataset[kind]} ${this.names[item.dataset.code]}`);
    return button;
  }

  press(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-undo]")) this.undo();
    else if (button.matches("[data-redo]")) this.redo();
    else if (button.matches("[data-evaluate]")) {
      event.preventDefault();
      this.evaluate();
    } else if (button.dataset.do) this.act(button.dataset.do, button.closest("li").dataset.code);
  }

  act(kind, code) {
    if (kind === "up") this.shift(code, -1);
    else if (kind === "down") this.shift(code, 1);
    else this.toggle(code);
  }

  shift(code, by) {
    const codes = this.codes;
    const at = codes.indexOf(code);
    const to = at + by;
    if (at < 0 || to < 0 || to >= codes.length) return;
    codes.splice(to, 0, ...codes.splice(at, 1));
    this.set(codes, `${this.names[code]} ${this.dataset.moved}${to + 1}`, code);
  }

  toggle(code, before) {
    if (!this.names[code]) return;
    const codes = this.codes;
    const at = codes.indexOf(code);
    if (at >= 0) codes.splice(at, 1);
    else codes.splice(before ?? codes.length, 0, code);
    this.set(codes, `${this.names[code]} ${at >= 0 ? this.dataset.removed : this.dataset.added}`, code);
  }

  type(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) this.redo();
      else this.undo();
      return;
    }
    const item = event.target.closest("li[data-code]");
    if (!item) return;
    const isChosen = item.parentElement === this.chosen;
    const arrow = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (arrow && event.altKey && isChosen) this.shift(item.dataset.code, arrow);
    else if (arrow) this.step(item, arrow);
    else if (event.key === "Delete" && isChosen) this.toggle(item.dataset.code);
    else if (event.key === "Enter" && !isChosen && event.target.matches(".drawing-name")) this.toggle(item.dataset.code);
    else return;
    event.preventDefault();
  }

  step(item, by) {
    const next = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    next?.querySelector(".drawing-name").focus();
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.codes);
    this.put(this.past.pop());
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.codes);
    this.put(this.future.pop());
  }

  drag() {
    let held = null;
    this.addEventListener("dragstart", (event) => {
      held = event.target.closest?.("li[data-code]");
      if (!held) return;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", held.dataset.code);
      held.classList.add("held");
    });
    this.addEventListener("dragend", () => {
      held?.classList.remove("held");
      held = null;
      this.querySelector(".over")?.classList.remove("over");
    });
    this.addEventListener("dragover", (event) => {
      const list = held && event.target.closest("[data-chosen], [data-free]");
      if (!list) return;
      event.preventDefault();
      this.querySelector(".over")?.classList.remove("over");
      event.target.closest("li[data-code]")?.classList.add("over");
    });
    this.addEventListener("drop", (event) => {
      const list = held && event.target.closest("[data-chosen], [data-free]");
      if (!list) return;
      event.preventDefault();
      const code = held.dataset.code;
      const codes = this.codes.filter((one) => one !== code);
      if (list === this.chosen) codes.splice(this.place(event, codes), 0, code);
      if (codes.join() !== this.codes.join()) this.set(codes, `${this.names[code]} ${this.dataset.moved}${codes.indexOf(code) + 1}`, code);
    });
  }

  /** Before which of the other stops something is dropped. */
  place(event, codes) {
    const item = event.target.closest("li[data-code]");
    if (!item) return codes.length;
    const box = item.getBoundingClientRect();
    const at = codes.indexOf(item.dataset.code);
    return at < 0 ? codes.length : at + (event.clientY > box.top + box.height / 2 ? 1 : 0);
  }

  /** Ask the server what the drawing would do; an older answer never replaces a newer one. */
  async evaluate() {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const sent = await fetch(this.dataset.url, {
        method: "POST", body: new FormData(this.form), headers: { "HX-Request": "true" }, signal: this.asking.signal,
      });
      if (sent.ok) this.querySelector("#drawn").innerHTML = await sent.text();
    } catch (fault) {
      if (fault.name !== "AbortError") throw fault;
    }
  }
}

export function define() {
  customElements.define("tici-drawing", Drawing);
}
