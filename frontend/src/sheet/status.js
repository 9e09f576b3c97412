/** The line under the grid: what the cell says, sums of the chosen cells, what the last step did, what is saved. */
import { button, element } from "./elements.js";
import { numberIn, shown } from "./values.js";

export class Status {
  constructor(host, book, texts, act) {
    this.book = book;
    this.texts = texts;
    this.line = element("div", "sheet-status");
    this.cell = element("span", "sheet-says");
    this.sums = element("span", "sheet-sums");
    this.report = element("span", "sheet-report");
    this.report.setAttribute("role", "status");
    this.badge = element("span", "sheet-badge");
    this.badge.setAttribute("role", "status");
    this.next = button("plain small", texts.next);
    this.next.hidden = true;
    this.next.addEventListener("click", act);
    this.line.append(this.cell, this.report, this.sums, this.badge, this.next);
    host.append(this.line);
  }

  /** A sentence with its blanks filled in. */
  say(name, blanks = {}) {
    return this.texts[name].replace(/\{(\w+)\}/g, (_, blank) =>
      typeof blanks[blank] === "number" ? blanks[blank].toLocaleString("zh-CN") : blanks[blank],
    );
  }

  tell(...sentences) {
    this.report.textContent = sentences.filter(Boolean).join("，");
  }

  /** What there is to say of one cell: what is wrong, or as what it was typed. */
  about(row, column) {
    const { book } = this;
    const text = book.cells[row]?.[column] ?? "";
    const note = book.notes.get(book.key(row, column));
    const of = book.columns[column];
    const seen = shown(of, text);
    let words = "";
    if (note?.fault) words = this.say(note.fault, { text, choices: (of.choices ?? []).join("、") });
    else if (note?.message) words = note.message;
    else if (book.isLocked(row, column)) words = this.texts.locked;
    else if (seen.replaceAll(",", "") !== text.replaceAll(",", "")) words = this.say("typed", { text });
    this.cell.textContent = words;
    this.cell.className = `sheet-says ${note?.state ?? ""}`;
  }

  /** Count and sum of the chosen cells, as Excel shows them. */
  sum({ top, left, bottom, right }) {
    let count = 0;
    let sum = 0;
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        if (this.book.columns[column].kind !== "number") continue;
        const number = numberIn(this.book.cells[row][column], this.book.columns[column].unit);
        if (!number) continue;
        count += 1;
        sum += Number(number);
      }
    }
    // Sums of decimals are rounded to what a cell can hold, so that 0.1 + 0.2 reads 0.3.
    this.sums.textContent = count > 1 ? this.say("sums", { n: count, sum: Math.round(sum * 1e6) / 1e6 }) : "";
  }

  saving({ state, message, isConflict }) {
    const { pending, error, queried } = this.book.counts();
    let words = [this.texts.saved, "saved"];
    if (state === "offline") words = [this.say("offline", { n: pending }), "offline"];
    else if (state === "failed") words = [this.say("failed", { n: pending }), "offline"];
    else if (state === "stopped" && !isConflict) words = [this.say("refused", { text: message }), "wrong"];
    else if (state === "sending") words = [this.say("saving", { n: pending }), "sending"];
    else if (pending) words = [this.say("waiting", { n: pending }), "sending"];
    else if (error) words = [this.say("wrong", { n: error }), "wrong"];
    else if (queried) words = [`${words[0]}，${this.say("queried", { n: queried })}`, "asked"];
    if (this.badge.textContent !== words[0]) this.badge.textContent = words[0];
    this.badge.className = `sheet-badge ${words[1]}`;
    this.next.hidden = !error && !queried;
  }
}
