/** <tici-sheet>: a grid for typing a month and pasting it from Excel. */
import { ask } from "./asking.js";
import { Book } from "./book.js";
import { blockAsTable, blockAsText, parseBlock } from "./clipboard.js";
import { Editor } from "./editor.js";
import { asked, askedWhileEditing } from "./keys.js";
import { Status } from "./status.js";
import { shown } from "./values.js";
import { Window } from "./window.js";

class Sheet extends HTMLElement {
  connectedCallback() {
    if (this.book) return;
    const [data, texts] = [...this.querySelectorAll("script")].map((script) => JSON.parse(script.textContent));
    this.texts = texts;
    this.book = new Book(data);
    if (!this.book.height && !this.book.mayAppend) return;
    if (!this.book.height) this.book.append(1);
    this.window = new Window(this.book, this, this.dataset.label, texts);
    this.status = new Status(this, this.book, texts, () => this.toNextNote());
    this.editor = new Editor(this.book, (row, column, text) => this.type(row, column, text));
    this.window.editor = this.editor.field;
    this.listen();
    this.goTo(0, Math.max(0, this.book.columns.findIndex((column) => !column.locked)), { quiet: true });
    this.status.saving({});
    // Saving is a script of its own, which listens for this.
    this.dispatchEvent(new CustomEvent("sheet-ready", { bubbles: true }));
  }

  listen() {
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("copy", (event) => this.onCopy(event));
    this.addEventListener("cut", (event) => this.onCopy(event) && this.clear());
    this.addEventListener("paste", (event) => this.onPaste(event));
    this.window.table.addEventListener("pointerdown", (event) => this.onPress(event));
    this.window.table.addEventListener("pointermove", (event) => this.onDrag(event));
    this.window.table.addEventListener("dblclick", (event) => this.onDoublePress(event));
    this.editor.field.addEventListener("focus", () => this.editor.isEditing || this.editor.field.select());
    this.editor.field.addEventListener("blur", () => {
      this.leaving = false;
      // Moving to the list of choices, or with the row out of sight, is not leaving the cell.
      if (!this.editor.list.isConnected && !this.contains(document.activeElement)) this.editor.end(true);
    });
  }

  // Where one stands

  goTo(row, column, { extend = false, quiet = false } = {}) {
    const { book, window } = this;
    const to = { row: clamp(row, book.height - 1), column: clamp(column, book.width - 1) };
    if (extend) {
      this.end = to;
    } else {
      window.active = to;
      this.end = to;
      this.editor.stand(to.row, to.column, book.isLocked(to.row, to.column));
    }
    if (!quiet) window.reveal(to.row, to.column);
    this.select(window.active, this.end);
    if (!quiet) this.focusEditor();
  }

  select(from, to) {
    this.window.selection = {
      top: Math.min(from.row, to.row),
      bottom: Math.max(from.row, to.row),
      left: Math.min(from.column, to.column),
      right: Math.max(from.column, to.column),
    };
    this.redraw();
  }

  redraw() {
    const { row, column } = this.window.active;
    this.window.draw();
    this.status.about(row, column);
    this.status.sum(this.window.selection);
  }

  focusEditor() {
    if (document.activeElement !== this.editor.field) this.editor.field.focus({ preventScroll: true });
    else if (!this.editor.isEditing) this.editor.field.select();
  }

  /** Move by steps; ``wrap`` goes on in the next row, and past the last cell out of the grid. */
  move({ move: [down, across], extend, wrap }) {
    const from = extend ? this.end : this.window.active;
    let row = from.row + down;
    let column = from.column + across;
    if (wrap && column >= this.book.width) [row, column] = [row + 1, 0];
    if (wrap && column < 0) [row, column] = [row - 1, this.book.width - 1];
    if (wrap && (row < 0 || row >= this.book.height)) return false;
    this.goTo(row, column, { extend });
    return true;
  }

  toNextNote() {
    const { row, column } = this.window.active;
    const here = this.book.key(row, column);
    const keys = [...this.book.notes].filter(([, note]) => note.state !== "pending").map(([key]) => key).sort((a, b) => a - b);
    const next = keys.find((key) => key > here) ?? keys[0];
    if (next !== undefined) this.goTo(...this.book.place(next));
  }

  // Keys and pointer

  onKey(event) {
    if (event.isComposing || event.keyCode === 229 || event.target.closest("dialog, .sheet-status, .message")) return;
    if (this.editor.isEditing) this.onEditingKey(event);
    else this.onPlainKey(event);
  }

  onEditingKey(event) {
    const wish = askedWhileEditing(event, this.editor.mode);
    if (!wish || (event.target === this.editor.list && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    if (wish.insert) this.editor.field.setRangeText(wish.insert, ...this.caret(), "end");
    else this.editor.end(!wish.drop);
    if (wish.move) this.move(wish);
  }

  caret() {
    return [this.editor.field.selectionStart, this.editor.field.selectionEnd];
  }

  onPlainKey(event) {
    const wish = asked(event, this.window.page);
    if (!wish) return;
    // Escape, then Tab, goes on in the page: the keyboard is never shut in.
    if (event.key === "Tab" && this.leaving) return;
    this.leaving = wish.task === "leave";
    if (wish.move) {
      if (this.move(wish)) event.preventDefault();
      return;
    }
    event.preventDefault();
    this[wish.task]();
  }

  onPress(event) {
    const at = this.window.cellAt(event);
    const head = event.target.closest("th[data-column]");
    if ((!at && !head) || event.button || event.target.matches(".editing, .sheet-list")) return;
    if (event.pointerType === "mouse") event.preventDefault();
    this.editor.end(true);
    const last = { row: this.book.height - 1, column: this.book.width - 1 };
    if (head) this.choose({ row: 0, column: +head.dataset.column }, { ...last, column: +head.dataset.column });
    else if (at.column < 0) this.choose({ row: at.row, column: 0 }, { ...last, row: at.row });
    else this.goTo(at.row, at.column, { extend: event.shiftKey });
    this.dragging = Boolean(at) && at.column >= 0 && event.pointerType === "mouse";
  }

  onDrag(event) {
    if (!this.dragging || !(event.buttons & 1)) {
      this.dragging = false;
      return;
    }
    const at = this.window.cellAt(event);
    if (at && at.column >= 0 && (at.row !== this.end.row || at.column !== this.end.column)) {
      this.goTo(at.row, at.column, { extend: true });
    }
  }

  onDoublePress(event) {
    const at = this.window.cellAt(event);
    if (at && at.column >= 0 && !this.editor.isEditing) this.edit();
  }

  /** Choose from one cell to another, as a press on a row's or a column's name does. */
  choose(from, to) {
    this.goTo(from.row, from.column, { quiet: true });
    this.end = to;
    this.select(from, to);
    this.focusEditor();
  }

  // Tasks named by keys

  edit() {
    this.editor.begin("into");
  }

  leave() {
    this.goTo(this.window.active.row, this.window.active.column);
  }

  selectAll() {
    this.end = { row: this.book.height - 1, column: this.book.width - 1 };
    this.select({ row: 0, column: 0 }, this.end);
  }

  clear() {
    const { top, left, bottom, right } = this.window.selection;
    const blank = Array(right - left + 1).fill("");
    this.put(top, left, Array(bottom - top + 1).fill(blank));
  }

  fillDown() {
    const { top, left, bottom, right } = this.window.selection;
    if (bottom === top) {
      if (top) this.put(top, left, [this.book.cells[top - 1].slice(left, right + 1)]);
      return;
    }
    this.put(top + 1, left, Array(bottom - top).fill(this.book.cells[top].slice(left, right + 1)));
  }

  undo() {
    this.stepped(this.book.step(true), "undone");
  }

  redo() {
    this.stepped(this.book.step(false), "redone");
  }

  stepped(key, word) {
    if (key < 0) return;
    this.window.fit();
    this.goTo(...this.book.place(key));
    this.status.tell(this.texts[word]);
    this.saver?.changed();
  }

  // Writing

  type(row, column, text) {
    if (text === this.book.cells[row][column]) return;
    this.book.write(row, column, [[text]]);
    this.status.tell("");
    this.redraw();
    this.saver?.changed();
  }

  put(top, left, block, { addedRows = 0, left: over = 0, wide = 0 } = {}) {
    const { written, skipped, faulty } = this.book.write(top, left, block, addedRows);
    const parts = { report: written, added: addedRows, skipped, faulty, left: over, wide };
    const sentences = Object.entries(parts).filter(([name, n]) => n || name === "report");
    this.status.tell(...sentences.map(([name, n]) => this.status.say(name, { n })));
    this.window.fit();
    this.editor.rest();
    this.redraw();
    this.saver?.changed();
  }

  onCopy(event) {
    if (this.editor.isEditing || event.target.closest("dialog, .sheet-status")) return false;
    event.preventDefault();
    const { top, left, bottom, right } = this.window.selection;
    const { cells, columns } = this.book;
    const isText = columns.slice(left, right + 1).map((column) => column.kind !== "number");
    const rows = [];
    for (let row = top; row <= bottom; row += 1) {
      const texts = cells[row].slice(left, right + 1);
      rows.push(texts.map((text, at) => (isText[at] ? text : shown(columns[left + at], text).replaceAll(",", ""))));
    }
    event.clipboardData.setData("text/plain", blockAsText(rows));
    event.clipboardData.setData("text/html", blockAsTable(rows, isText));
    return true;
  }

  async onPaste(event) {
    if (this.editor.isEditing || event.target.closest("dialog, .sheet-status")) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    if (text) await this.paste(parseBlock(text));
  }

  /** Write a block at the selection; one cell, or a block that divides the selection, fills all of it. */
  async paste(given) {
    const { top, left, bottom, right } = this.window.selection;
    let block = tiled(given, bottom - top + 1, right - left + 1);
    const over = block.length - (this.book.height - top);
    let addedRows = 0;
    if (over > 0) {
      const answer = await this.askBeyond(block.length, over);
      if (answer === "cancel") return;
      if (answer === "append") addedRows = this.book.append(over);
      else block = block.slice(0, -over);
    }
    const widest = block.reduce((most, row) => Math.max(most, row.length), 0);
    this.put(top, left, block, {
      addedRows,
      left: over > 0 && !addedRows ? over : 0,
      wide: Math.max(0, left + widest - this.book.width),
    });
    this.end = { row: clamp(top + block.length - 1, this.book.height - 1), column: clamp(left + widest - 1, this.book.width - 1) };
    this.select(this.window.active, this.end);
  }

  async askBeyond(count, over) {
    const room = count - over;
    const answers = [["cut", this.status.say("cut", { n: room })], ["cancel", this.texts.cancel]];
    if (this.book.mayAppend) answers.unshift(["append", this.status.say("append", { n: over })]);
    const answer = await ask(this, this.status.say("beyond", { n: count, room }), answers);
    this.focusEditor();
    return answer;
  }

  /** How saving stands, as the saver tells it. */
  tellSaving(saver) {
    this.redraw();
    this.status.saving(saver);
  }
}

function clamp(at, last) {
  return Math.max(0, Math.min(at, last));
}

/** A block repeated to fill a selection it divides evenly; otherwise the block as it is. */
function tiled(block, rows, columns) {
  const [high, wide] = [block.length, block[0].length];
  if ((rows === high && columns === wide) || rows % high || columns % wide) return block;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => block[row % high][column % wide]),
  );
}

customElements.define("tici-sheet", Sheet);
