/** The one field in which cells are typed; it stands in the active cell, and is a list where a column has choices. */
import { element } from "./elements.js";

/**
 * Outside editing the field holds the cell's text, all of it selected and unseen: a key, a paste or an input method
 * then replaces it at once, and a screen reader reads it.
 */
export class Editor {
  constructor(book, commit) {
    this.book = book;
    this.commit = commit;
    this.mode = ""; // "", "over" (typing replaces the text), "into" (the text is being changed)
    this.field = element("textarea", "sheet-editor");
    this.field.rows = 1;
    this.field.spellcheck = false;
    this.field.autocomplete = "off";
    this.field.addEventListener("input", () => this.mode || this.begin("over"));
    this.field.addEventListener("compositionstart", () => this.mode || this.begin("over"));
    this.list = element("select", "sheet-list");
    this.list.addEventListener("change", () => this.end(true));
    this.list.addEventListener("blur", () => this.list.isConnected && this.end(true));
  }

  get isEditing() {
    return this.mode !== "";
  }

  /** Stand in a cell, ready to be typed over. */
  stand(row, column, isLocked) {
    this.row = row;
    this.column = column;
    const { label, unit } = this.book.columns[column];
    this.field.readOnly = isLocked;
    this.field.setAttribute("aria-label", [label, unit, this.book.cells[row][0], row + 1].filter(Boolean).join(" "));
    this.rest();
  }

  /** Show nothing and hold the text selected. */
  rest() {
    this.mode = "";
    this.field.classList.remove("editing");
    this.field.value = this.book.cells[this.row]?.[this.column] || " ";
    if (document.activeElement === this.field) this.field.select();
  }

  begin(mode) {
    if (this.field.readOnly) return;
    const { kind, choices } = this.book.columns[this.column];
    this.mode = mode;
    if (kind === "choice") {
      this.openList(choices, mode === "over" ? this.field.value.trim() : "");
      return;
    }
    this.field.classList.add("editing");
    if (mode === "into") {
      this.field.value = this.book.cells[this.row][this.column];
      this.field.setSelectionRange(this.field.value.length, this.field.value.length);
    }
  }

  openList(choices, typed) {
    const now = this.book.cells[this.row][this.column];
    const offered = ["", ...new Set([...choices, now].filter(Boolean))];
    this.list.replaceChildren(...offered.map((text) => new Option(text, text, false, text === now)));
    const wanted = typed && offered.find((text) => text.startsWith(typed));
    if (wanted) this.list.value = wanted;
    this.list.setAttribute("aria-label", this.field.getAttribute("aria-label"));
    this.field.after(this.list);
    this.list.focus({ preventScroll: true });
  }

  /** Leave editing, keeping or dropping what was typed. */
  end(keep) {
    if (!this.mode) return;
    const isList = this.list.isConnected;
    const text = isList ? this.list.value : this.field.value;
    this.mode = "";
    if (isList) {
      this.list.remove();
      this.field.focus({ preventScroll: true });
    }
    if (keep) this.commit(this.row, this.column, text.replace(/^ $/, ""));
    this.rest();
  }
}
