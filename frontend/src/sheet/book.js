/** The cells of a grid: what is written in them, what may be written, what is not saved yet, and the way back. */
import { faultIn } from "./values.js";

const PENDING = { state: "pending", message: "" };

export class Book {
  constructor(data) {
    this.version = data.version ?? null;
    this.columns = data.columns;
    this.mayAppend = Boolean(data.append);
    this.width = data.columns.length;
    this.ids = data.rows.map((row) => row.id);
    this.cells = data.rows.map((row) => row.cells.map((text) => text ?? ""));
    this.locks = data.rows.map((row) => (Array.isArray(row.locked) ? new Set(row.locked) : row.locked));
    this.rowOf = new Map(this.ids.map((id, row) => [String(id), row]));
    this.columnOf = new Map(data.columns.map((column, at) => [column.code, at]));
    /** What is to be said of a cell, by its key; a cell without an entry is saved and sound. */
    this.notes = new Map();
    /** The last text known to be saved, for cells that have changed since. */
    this.kept = new Map();
    /** What is on its way to the server. */
    this.sent = new Map();
    this.past = [];
    this.future = [];
    this.added = 0;
    for (const problem of data.problems ?? []) this.note(problem);
  }

  get height() {
    return this.ids.length;
  }

  key(row, column) {
    return row * this.width + column;
  }

  /** Row and column of a key. */
  place(key) {
    return [Math.floor(key / this.width), key % this.width];
  }

  isLocked(row, column) {
    const lock = this.locks[row];
    return this.columns[column].locked || lock === true || Boolean(lock && lock.has(this.columns[column].code));
  }

  /** Take down what the server said of a cell; returns its key, or nothing when the cell is not here. */
  note({ row, column, message, severity }) {
    const at = this.rowOf.get(String(row));
    const across = this.columnOf.get(column);
    if (at === undefined || across === undefined) return undefined;
    const key = this.key(at, across);
    this.notes.set(key, { state: severity === "error" ? "error" : "queried", message });
    return key;
  }

  /** Write one text without a step in the history. */
  put(key, text) {
    const [row, column] = this.place(key);
    const before = this.cells[row][column];
    if (!this.kept.has(key)) this.kept.set(key, before);
    this.cells[row][column] = text;
    const fault = faultIn(this.columns[column], text);
    if (fault) {
      this.notes.set(key, { state: "error", message: "", fault });
    } else if (this.kept.get(key) === text && !this.sent.has(key)) {
      this.kept.delete(key);
      this.notes.delete(key);
    } else {
      this.notes.set(key, PENDING);
    }
    return fault;
  }

  /**
   * Write a block of texts as one step that can be undone.
   *
   * Locked cells are passed over and counted, and so are cells that already say the same.
   */
  write(top, left, block, addedRows = 0) {
    const result = { written: 0, skipped: 0, faulty: 0 };
    const keys = [];
    const before = [];
    const after = [];
    block.forEach((texts, down) => {
      const row = top + down;
      const across = Math.min(texts.length, this.width - left);
      for (let at = 0; at < across; at += 1) {
        const column = left + at;
        if (this.isLocked(row, column)) {
          result.skipped += 1;
          continue;
        }
        result.written += 1;
        const text = texts[at];
        if (text === this.cells[row][column]) continue;
        keys.push(this.key(row, column));
        before.push(this.cells[row][column]);
        after.push(text);
      }
    });
    for (let at = 0; at < keys.length; at += 1) if (this.put(keys[at], after[at])) result.faulty += 1;
    if (keys.length || addedRows) {
      this.past.push({ keys, before, after, addedRows });
      this.future = [];
    }
    return result;
  }

  /** Go one step back, or forward again; returns the key of the first cell it touched, or -1. */
  step(back) {
    const step = (back ? this.past : this.future).pop();
    if (!step) return -1;
    (back ? this.future : this.past).push(step);
    if (!back && step.addedRows) step.addedRows = this.append(step.addedRows);
    const texts = back ? step.before : step.after;
    step.keys.forEach((key, at) => this.put(key, texts[at]));
    if (back && step.addedRows) this.dropLast(step.addedRows);
    return step.keys[0] ?? 0;
  }

  /** Add blank rows at the end, under names of their own until the server gives them numbers. */
  append(count) {
    for (let more = 0; more < count; more += 1) {
      this.added += 1;
      const id = `new-${this.added}`;
      this.rowOf.set(id, this.ids.length);
      this.ids.push(id);
      this.cells.push(this.columns.map(() => ""));
      this.locks.push(false);
    }
    return count;
  }

  /** Take added rows away again; rows the server already knows stay, blank. */
  dropLast(count) {
    const from = this.height - count;
    if (this.sent.size || !this.ids.slice(from).every((id) => String(id).startsWith("new-"))) return;
    for (let key = this.key(from, 0); key < this.key(this.height, 0); key += 1) {
      this.notes.delete(key);
      this.kept.delete(key);
    }
    for (const id of this.ids.splice(from)) this.rowOf.delete(id);
    this.cells.length = from;
    this.locks.length = from;
  }

  /** How many cells wait, are wrong, are asked about. */
  counts() {
    const counts = { pending: 0, error: 0, queried: 0 };
    for (const { state } of this.notes.values()) counts[state] += 1;
    return counts;
  }
}
