/** Blocks of cells to and from Excel, WPS and their like, as tab-separated text and as an HTML table. */

/**
 * Rows of cells from what Excel puts on the clipboard.
 *
 * A cell is quoted only when it begins with a quote; inside, tabs and line ends are text and a doubled quote is one.
 * Excel ends the last row with a line end too, which is no row of its own.
 */
export function parseBlock(text) {
  if (text.includes('"')) return parseQuoted(text);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.split("\t"));
}

function parseQuoted(text) {
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    row.push(cell);
    at = end;
    if (text[at] === "\t") {
      at += 1;
      if (at === text.length) row.push("");
    } else {
      rows.push(row);
      row = [];
      at += text.startsWith("\r\n", at) ? 2 : 1;
    }
  }
  if (row.length) rows.push(row);
  return rows;
}

function plainCell(text, from) {
  let end = from;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return [text.slice(from, end), end];
}

/** A quoted cell and where it ends; a quote that is never closed, or closed amid text, was no quoting at all. */
function quotedCell(text, from) {
  let cell = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return plainCell(text, from);
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const after = text[quote + 1];
      const closed = after === undefined || after === "\t" || after === "\n" || after === "\r";
      return closed ? [cell.replace(/\r\n?/g, "\n"), quote + 1] : plainCell(text, from);
    }
    cell += '"';
    at = quote + 2;
  }
}

/** Cells as tab-separated text, quoted where a tab, a line end or a leading quote would mislead the reader. */
export function blockAsText(rows) {
  const written = (cell) => (/[\t\n\r]|^"/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(written).join("\t")).join("\r\n");
}

/** Cells as an HTML table in which text stays text: a 24-digit project code must not become 1.3E+23. */
export function blockAsTable(rows, isText) {
  const escaped = (cell) =>
    cell.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]).replace(/\n/g, "<br>");
  const written = (cell, at) => `<td${isText[at] ? ` style="mso-number-format:'\\@'"` : ""}>${escaped(cell)}</td>`;
  return `<table>${rows.map((row) => `<tr>${row.map(written).join("")}</tr>`).join("")}</table>`;
}
