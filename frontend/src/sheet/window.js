/** Draws the part of a book that is in sight: a plain table whose number of elements does not grow with its rows. */
import { element } from "./elements.js";
import { shown } from "./values.js";

const OVERSCAN = 6;
const BASE_PX = 14;

export class Window {
  constructor(book, host, label, texts) {
    this.book = book;
    this.texts = texts;
    this.first = 0;
    this.rows = [];
    this.selection = { top: 0, left: 0, bottom: 0, right: 0 };
    this.active = { row: 0, column: 0 };
    this.scroll = element("div", "sheet-scroll");
    this.table = element("table", "sheet-table");
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-label", label);
    this.table.setAttribute("aria-multiselectable", "true");
    this.table.setAttribute("aria-colcount", book.width + 1);
    this.holder = element("div", "visually-hidden");
    this.measureColumns();
    this.table.append(this.columnGroup(), this.head(), this.body());
    this.scroll.append(this.table);
    host.append(this.scroll, this.holder);
    this.scroll.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.size !== this.measured() && this.fit()).observe(this.scroll);
    this.fit();
  }

  measureColumns() {
    this.numberWidth = 12 + 10 * Math.max(3, String(this.book.height).length);
    // What is pinned leaves half of a narrow screen to the cells.
    const most = innerWidth / 2 / this.rem - this.numberWidth - 16;
    this.widths = this.book.columns.map(({ width, frozen }) => (frozen ? Math.min(width, most) : width));
    this.lefts = [];
    this.frozen = 0;
    let left = this.numberWidth;
    this.widths.forEach((width, at) => {
      this.lefts.push(left);
      left += width;
      if (this.book.columns[at].frozen && at === this.frozen) this.frozen = at + 1;
    });
    this.total = left;
    this.table.style.width = rem(left);
  }

  get rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / BASE_PX;
  }

  columnGroup() {
    const group = element("colgroup", "");
    for (const width of [this.numberWidth, ...this.widths]) {
      const column = element("col", "");
      column.style.width = rem(width);
      group.append(column);
    }
    return group;
  }

  /** One line of column names, and above it one of group names where columns are grouped. */
  head() {
    const head = element("thead", "");
    const { columns } = this.book;
    const grouped = columns.some((column) => column.group);
    const lines = grouped ? [element("tr", ""), element("tr", "")] : [element("tr", "")];
    const corner = this.headCell("", "sheet-no", 0, 1);
    corner.setAttribute("aria-label", "№");
    if (grouped) corner.rowSpan = 2;
    lines[0].append(corner);
    columns.forEach((column, at) => {
      const last = lines.at(-1);
      if (grouped && !column.group) {
        const cell = this.headCell(column, "", at + 1, 1);
        cell.rowSpan = 2;
        lines[0].append(cell);
        return;
      }
      if (grouped && column.group !== columns[at - 1]?.group) {
        let span = 1;
        while (columns[at + span]?.group === column.group) span += 1;
        const cell = this.headCell({ label: column.group }, "sheet-group", at + 1, span);
        cell.colSpan = span;
        lines[0].append(cell);
      }
      last.append(this.headCell(column, "", at + 1, 1));
    });
    lines.forEach((line, at) => line.setAttribute("aria-rowindex", at + 1));
    this.headLines = lines.length;
    head.append(...lines);
    this.headElement = head;
    return head;
  }

  headCell(column, name, at, span) {
    const cell = element("th", name);
    cell.scope = span > 1 ? "colgroup" : "col";
    cell.setAttribute("aria-colindex", at + 1);
    cell.textContent = column.label ?? "";
    if (column.unit) cell.append(" ", Object.assign(element("span", "unit"), { textContent: column.unit }));
    if (column.kind === "number") cell.classList.add("num");
    if (column.code) cell.dataset.column = at - 1;
    this.pin(cell, at - 1, span);
    return cell;
  }

  pin(cell, at, span = 1) {
    if (at + span > this.frozen) return;
    cell.classList.add("sheet-pin");
    if (at === this.frozen - 1) cell.classList.add("sheet-edge");
    cell.style.left = at < 0 ? "0" : rem(this.lefts[at]);
  }

  body() {
    const body = element("tbody", "");
    this.above = gap(this.book.width + 1);
    this.below = gap(this.book.width + 1);
    body.append(this.above, this.below);
    return body;
  }

  /** Take up as many rows as are in sight; done at first and whenever the size of the window or of letters changes. */
  fit() {
    this.size = this.measured();
    this.headHeight = this.headLines * this.rowHeight;
    const wanted = Math.min(this.book.height, Math.ceil(this.scroll.clientHeight / this.rowHeight) + 2 * OVERSCAN);
    while (this.rows.length < wanted) this.addRow();
    while (this.rows.length > wanted) this.rows.pop().line.remove();
    this.table.setAttribute("aria-rowcount", this.book.height + this.headLines);
    this.draw();
  }

  /** Height of a row and of the window: what the number of rows drawn hangs on. */
  measured() {
    this.rowHeight = parseFloat(getComputedStyle(this.scroll).getPropertyValue("--row"));
    return `${this.rowHeight} ${this.scroll.clientHeight}`;
  }

  addRow() {
    const line = element("tr", "");
    const no = element("th", "sheet-no");
    no.scope = "row";
    no.setAttribute("aria-colindex", 1);
    no.append("");
    this.pin(no, -1);
    const cells = this.book.columns.map((column, at) => {
      const cell = element("td", "");
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", at + 2);
      cell.append("");
      this.pin(cell, at);
      return cell;
    });
    // What a cell always is, beside what it is just now.
    const fixed = cells.map((cell, at) => `${cell.className} ${this.book.columns[at].kind === "number" ? "num" : ""}`);
    line.append(no, ...cells);
    this.below.before(line);
    this.rows.push({ line, no, cells, fixed, row: -1 });
  }

  draw() {
    const { book, rowHeight } = this;
    const top = Math.max(0, Math.floor(this.scroll.scrollTop / rowHeight) - OVERSCAN);
    this.first = Math.max(0, Math.min(top, book.height - this.rows.length));
    this.above.firstChild.style.height = `${this.first * rowHeight}px`;
    this.below.firstChild.style.height = `${Math.max(0, book.height - this.first - this.rows.length) * rowHeight}px`;
    this.rows.forEach((drawn, at) => this.drawRow(drawn, this.first + at));
    this.placeEditor();
  }

  drawRow(drawn, row) {
    const { book, selection } = this;
    if (drawn.row !== row) {
      drawn.row = row;
      drawn.line.setAttribute("aria-rowindex", row + 1 + this.headLines);
      drawn.no.firstChild.data = row + 1;
    }
    const inRows = row >= selection.top && row <= selection.bottom;
    drawn.no.className = inRows ? "sheet-no sheet-pin chosen" : "sheet-no sheet-pin";
    const texts = book.cells[row];
    const base = book.key(row, 0);
    for (let at = 0; at < texts.length; at += 1) {
      const cell = drawn.cells[at];
      const text = shown(book.columns[at], texts[at]);
      if (cell.firstChild.data !== text) cell.firstChild.data = text;
      const note = book.notes.get(base + at);
      const chosen = inRows && at >= selection.left && at <= selection.right;
      let name = drawn.fixed[at];
      if (book.isLocked(row, at)) name += " locked";
      if (chosen) name += " chosen";
      if (note) name += ` ${book.sent.has(base + at) ? "sending" : note.state}`;
      if (row === this.active.row && at === this.active.column) name += " active";
      if (cell.className !== name) this.rename(cell, name, note, chosen);
    }
  }

  rename(cell, name, note, chosen) {
    cell.className = name;
    cell.setAttribute("aria-selected", chosen);
    cell.setAttribute("aria-invalid", note?.state === "error");
    cell.setAttribute("aria-readonly", name.includes(" locked"));
  }

  /** The editor lives in the active cell, so that focus and input methods are where the eye is. */
  placeEditor() {
    if (!this.editor) return;
    const drawn = this.rows[this.active.row - this.first];
    const home = drawn ? drawn.cells[this.active.column] : this.holder;
    if (this.editor.parentNode === home) return;
    const hadFocus = document.activeElement === this.editor;
    home.append(this.editor);
    if (hadFocus) this.editor.focus({ preventScroll: true });
  }

  /** Bring a cell into sight, clear of the head and the pinned columns. */
  reveal(row, column) {
    const { scroll } = this;
    const top = row * this.rowHeight;
    const room = scroll.clientHeight - this.headHeight;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + this.rowHeight > scroll.scrollTop + room) scroll.scrollTop = top + this.rowHeight - room;
    if (column < this.frozen) return;
    const pinned = (this.lefts[this.frozen] ?? this.numberWidth) * this.rem;
    const left = this.lefts[column] * this.rem;
    const right = left + this.widths[column] * this.rem;
    if (left - pinned < scroll.scrollLeft) scroll.scrollLeft = left - pinned;
    else if (right > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = right - scroll.clientWidth;
  }

  /** How many whole rows fit, for the page keys. */
  get page() {
    return Math.max(1, Math.floor((this.scroll.clientHeight - this.headHeight) / this.rowHeight) - 1);
  }

  /** The row and column under an event, or nothing. */
  cellAt(event) {
    const cell = event.target.closest?.("tbody td, tbody th");
    const drawn = cell && this.rows.find((one) => one.line === cell.parentNode);
    return drawn ? { row: drawn.row, column: cell === drawn.no ? -1 : drawn.cells.indexOf(cell) } : undefined;
  }
}

function rem(px) {
  return `${px / BASE_PX}rem`;
}

function gap(columns) {
  const line = element("tr", "sheet-gap");
  line.setAttribute("aria-hidden", "true");
  const cell = element("td", "");
  cell.colSpan = columns;
  line.append(cell);
  return line;
}
