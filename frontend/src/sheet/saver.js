/** Sends a grid's changed cells on their own, drafts what is not saved, and tries again when the line comes back. */
import { draftOf, keepDraft } from "./drafts.js";
import { button, element } from "./elements.js";
import { restore, sendable, settle, unsaved } from "./keeping.js";

const QUIET_MS = 700;
const AT_ONCE = 2000; // cells in one request, unless the page's data says how many its server takes
const PAUSE_MS = 100;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

class Saver {
  constructor(sheet) {
    const { book } = sheet;
    this.sheet = sheet;
    this.book = book;
    this.url = sheet.dataset.save;
    this.key = sheet.dataset.key;
    this.state = "ready"; // ready, sending, offline, failed, stopped
    this.tries = 0;
    this.isDrafted = true;
    window.addEventListener("online", () => this.state === "offline" && this.send());
    window.addEventListener("beforeunload", (event) => {
      if (book.kept.size && !this.isDrafted) event.preventDefault();
    });
  }

  /** Put back what an earlier visit could not save. */
  async restore() {
    const count = restore(this.book, await draftOf(this.key));
    if (this.book.kept.size) this.changed();
    if (count) this.sheet.status.tell(this.sheet.status.say("restored", { n: count }));
  }

  /** Show how saving stands; after an answer, let the page know the new version. */
  tell(answer) {
    this.sheet.tellSaving(this);
    if (this.isConflict) this.tellConflict();
    if (!answer) return;
    const detail = { version: this.book.version };
    this.sheet.dispatchEvent(new CustomEvent("sheet-saved", { bubbles: true, detail }));
  }

  tellConflict() {
    if (this.sheet.querySelector(".sheet-conflict")) return;
    const bar = element("p", "message warn sheet-conflict");
    bar.setAttribute("role", "alert");
    const reload = button("small push", this.sheet.texts.reload);
    reload.addEventListener("click", async () => {
      await this.draft();
      location.reload();
    });
    bar.append(this.sheet.status.say("conflict", { n: this.book.kept.size }), reload);
    this.sheet.prepend(bar);
  }

  /** Something was written: draft it soon, send it when typing pauses. */
  changed() {
    this.isDrafted = false;
    clearTimeout(this.drafting);
    this.drafting = setTimeout(() => this.draft(), 200);
    if (this.state === "stopped") return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.send(), QUIET_MS);
    this.tell();
  }

  async draft() {
    this.isDrafted = await keepDraft(this.key, unsaved(this.book));
  }

  async send() {
    if (this.state === "sending" || this.state === "stopped") return;
    clearTimeout(this.waiting);
    const cells = sendable(this.book, Number(this.sheet.dataset.atOnce) || AT_ONCE);
    if (!this.url || !cells.length) {
      this.state = "ready";
      this.tell();
      return;
    }
    this.state = "sending";
    for (const { key, text } of cells) this.book.sent.set(key, text);
    this.tell();
    const answer = await this.post(cells);
    for (const { key } of cells) this.book.sent.delete(key);
    if (answer) {
      settle(this.book, cells, answer);
      this.state = "ready";
      this.tries = 0;
    }
    await this.draft();
    this.tell(answer);
    if (answer) this.send();
  }

  /** The server's answer, or nothing when it did not take the cells; then ``state`` says why. */
  async post(cells) {
    let response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", ...pageHeaders() },
        body: JSON.stringify({
          version: this.book.version,
          cells: cells.map(({ row, column, text }) => ({ row, column, text })),
        }),
      });
    } catch {
      return this.later("offline");
    }
    if (response.status >= 500 || response.status === 429) return this.later("failed");
    let answer = {};
    try {
      answer = await response.json();
    } catch {
      if (response.ok) return this.later("failed");
    }
    if (response.ok) return answer;
    this.state = "stopped";
    this.isConflict = response.status === 409 || response.status === 412;
    this.message = answer.message ?? String(response.status);
    return undefined;
  }

  /** File once all is saved; where a cell cannot be, nothing is filed, and the cell is shown. */
  async fileWhenSaved(form, submitter) {
    if (this.isFiling) return; // pressed again while its cells are on their way
    this.isFiling = true;
    this.send();
    while (this.book.counts().pending && ["ready", "sending"].includes(this.state)) await pause(PAUSE_MS);
    this.isFiling = false;
    if (!this.book.kept.size) {
      form.requestSubmit(submitter);
      return;
    }
    const { status } = this.sheet;
    status.tell(status.say("not_filed", { n: this.book.kept.size }));
    if (!status.next.hidden) status.next.click();
    this.sheet.scrollIntoView({ block: "nearest" });
  }

  later(state) {
    this.state = state;
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.waiting = setTimeout(() => this.send(), wait);
    return undefined;
  }
}

/** The page's own headers for requests, with its CSRF token. */
function pageHeaders() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}

/** Give a grid its saver, once. */
function attach(sheet) {
  if (!sheet.book || sheet.saver || !sheet.isConnected) return;
  sheet.saver = new Saver(sheet);
  sheet.saver.restore();
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A form that files what a grid holds (data-files-sheet) waits for its cells: none is left behind unsaid. */
function fileAfterSaving(event) {
  if (!event.target.hasAttribute("data-files-sheet")) return;
  const savers = [...document.querySelectorAll("tici-sheet")].map((sheet) => sheet.saver);
  const behind = savers.find((saver) => saver?.book.kept.size);
  if (!behind) return;
  event.preventDefault();
  event.stopPropagation();
  behind.fileWhenSaved(event.target, event.submitter);
}

document.addEventListener("submit", fileAfterSaving, true);
document.querySelectorAll("tici-sheet").forEach(attach);
document.addEventListener("sheet-ready", (event) => attach(event.target));
