/** What is sent of a book and what its answer means; what a draft keeps of it, and how it is put back. */

/** Changed cells that can be sent, at most so many. */
export function sendable(book, limit) {
  const cells = [];
  for (const [key, note] of book.notes) {
    if (note.state !== "pending" || book.sent.has(key)) continue;
    const [row, column] = book.place(key);
    cells.push({ key, row: book.ids[row], column: book.columns[column].code, text: book.cells[row][column] });
    if (cells.length === limit) break;
  }
  return cells;
}

/** Cells changed since they were last saved, wrong ones too: what a draft must keep. */
export function unsaved(book) {
  return [...book.kept.keys()].map((key) => {
    const [row, column] = book.place(key);
    return [book.ids[row], book.columns[column].code, book.cells[row][column]];
  });
}

/** Put the cells of a draft back as not saved; returns how many differed. */
export function restore(book, cells) {
  let count = 0;
  for (const [id, code, text] of cells) {
    if (String(id).startsWith("new-") && !book.rowOf.has(id) && book.mayAppend) {
      while (book.added < Number(id.slice(4))) book.append(1);
    }
    const row = book.rowOf.get(String(id));
    const column = book.columnOf.get(code);
    if (row === undefined || column === undefined || book.isLocked(row, column)) continue;
    if (book.cells[row][column] === text) continue;
    book.put(book.key(row, column), text);
    count += 1;
  }
  return count;
}

/** Take in the server's answer to the cells that were sent. */
export function settle(book, cells, answer) {
  if (answer.version !== undefined) book.version = answer.version;
  for (const [name, id] of Object.entries(answer.rows ?? {})) rename(book, name, id);
  const saved = Array.isArray(answer.saved) ? new Set(answer.saved.map(nameOf)) : null;
  const wrong = new Set((answer.problems ?? []).filter((one) => one.severity === "error").map(nameOf));
  const sent = new Map();
  for (const cell of cells) {
    // An appended row may be named by the number it has just been given.
    const names = [nameOf(cell), nameOf({ row: book.ids[book.place(cell.key)[0]], column: cell.column })];
    for (const name of names) sent.set(name, cell);
    if (names.some((name) => wrong.has(name)) || (saved && !names.some((name) => saved.has(name)))) continue;
    isKept(book, cell.key, cell.text);
  }
  if (answer.saved) forgetQueries(book, cells);
  for (const problem of answer.problems ?? []) {
    const cell = sent.get(nameOf(problem));
    const [row, column] = cell ? book.place(cell.key) : [];
    // A cell changed again meanwhile waits for the answer to its newer text.
    if (!cell || book.cells[row][column] === cell.text) book.note(problem);
  }
}

/** A check looks at a whole row: what it said of any cell of a row just sent, it says again or takes back. */
function forgetQueries(book, cells) {
  for (const row of new Set(cells.map((cell) => book.place(cell.key)[0]))) {
    for (let column = 0; column < book.width; column += 1) {
      const key = book.key(row, column);
      if (book.notes.get(key)?.state === "queried") book.notes.delete(key);
    }
  }
}

function isKept(book, key, text) {
  const [row, column] = book.place(key);
  if (book.cells[row][column] === text) {
    book.kept.delete(key);
    book.notes.delete(key);
  } else {
    // Changed again while it was on its way: what is written now still waits.
    book.kept.set(key, text);
    book.put(key, book.cells[row][column]);
  }
}

function rename(book, name, id) {
  const row = book.rowOf.get(name);
  if (row === undefined) return;
  book.rowOf.delete(name);
  book.rowOf.set(String(id), row);
  book.ids[row] = id;
}

function nameOf({ row, column }) {
  return `${row} ${column}`;
}
