/** What a typed text means in a column: numbers as officials write them, dates of any precision, choices. */

const PLAIN = /^-?\d+(\.\d+)?$/;
const NOTHING = /^[-—–－―无／/]*$/;
const WIDE = /[！-～]/g;
const UNSEEN = /[\s\u00a0\u200b-\u200f\u202a-\u202e\u3000\ufeff]/g;
const UNITS = { 元: 1, 千元: 1e3, 万元: 1e4, 万: 1e4, 亿元: 1e8, 亿: 1e8 };

/** Full-width letters, digits and signs as their plain ones; spaces and unseen marks gone. */
function narrow(text) {
  return text.replace(UNSEEN, "").replace(WIDE, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

/**
 * The number a text stands for in a column's unit, as text without loss: "" for nothing, null when it is no number.
 *
 * "１，２３４" is 1234, "（1,234）" is -1234, "—" is nothing, "1.2亿元" in a column of 万元 is 12000.
 */
export function numberIn(text, unit) {
  if (PLAIN.test(text)) return text;
  let bare = narrow(text).replace("−", "-");
  if (NOTHING.test(bare)) return "";
  const inBrackets = /^\((.+)\)$/.exec(bare);
  if (inBrackets) bare = `-${inBrackets[1]}`;
  const parts = /^(-?)([\d,]*\.?\d*)(%|[元千万亿]*)$/.exec(bare.replace(/^\+|[¥￥]/g, "").replace(/，|、/g, ","));
  if (!parts || !/\d/.test(parts[2]) || !areThousands(parts[2])) return null;
  const [, sign, digits, said] = parts;
  const plain = (sign + digits.replaceAll(",", "").replace(/^\./, "0.")).replace(/\.$/, "");
  if (!said || said === unit) return plain;
  if (!(said in UNITS) || !(unit in UNITS)) return null;
  return shifted(plain, Math.round(Math.log10(UNITS[said] / UNITS[unit])));
}

/** Commas part thousands (1,234,567) or ten-thousands as some sheets do (123,4567); anything else was a slip. */
function areThousands(digits) {
  return !digits.includes(",") || /^\d{1,4}((,\d{3})+|(,\d{4})+)(\.\d*)?$/.test(digits);
}

/** A decimal text moved by some places, without the rounding of floating numbers. */
function shifted(plain, places) {
  const sign = plain.startsWith("-") ? "-" : "";
  const [whole, rest = ""] = plain.slice(sign.length).split(".");
  let digits = whole + rest;
  let point = whole.length + places;
  if (point < 1) {
    digits = digits.padStart(digits.length + 1 - point, "0");
    point = 1;
  }
  digits = digits.padEnd(point, "0");
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const after = digits.slice(point).replace(/0+$/, "");
  return sign + before + (after && `.${after}`);
}

/** A date as year, month and day as far as they were written; "" for nothing, null when it is no date. */
export function dateIn(text) {
  const bare = narrow(text);
  if (NOTHING.test(bare)) return "";
  if (/^[2-6]\d{4}$/.test(bare)) return new Date((Number(bare) - 25569) * 864e5).toISOString().slice(0, 10);
  const parts =
    /^(\d{4})(?:年|[-./])(\d{1,2})(?:(?:月|[-./])(?:(\d{1,2})日?)?)?(?:[T ]?00:00(:00)?)?$/.exec(bare) ??
    /^(\d{4})()年?$/.exec(bare) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(bare);
  if (!parts) return null;
  const [year, month, day] = parts.slice(1, 4).map(Number);
  if (parts[2] && (month < 1 || month > 12)) return null;
  if (parts[3] && (day < 1 || day > new Date(year, month, 0).getDate())) return null;
  return parts.slice(1, 4).filter(Boolean).map((part) => part.padStart(2, "0")).join("-");
}

const WRITTEN = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 6 });

/** A text as it is shown: numbers with their thousands parted, dates with hyphens; what cannot be read, as typed. */
export function shown(column, text) {
  if (!text) return "";
  if (column.kind === "number") {
    const number = numberIn(text, column.unit);
    return number ? WRITTEN.format(number) : (number ?? text);
  }
  return column.kind === "date" ? dateIn(text) ?? text : text;
}

/** What is wrong with a text in a column, as the name of a sentence; "" when nothing is. */
export function faultIn(column, text) {
  if (!text) return "";
  if (column.kind === "number") return numberIn(text, column.unit) === null ? "notNumber" : "";
  if (column.kind === "date") return dateIn(text) === null ? "notDate" : "";
  if (column.kind === "choice") return column.choices.includes(text.trim()) ? "" : "notChoice";
  return "";
}
