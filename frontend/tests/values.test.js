import assert from "node:assert/strict";
import { test } from "node:test";

import { blockAsTable, blockAsText, parseBlock } from "../src/sheet/clipboard.js";
import { dateIn, faultIn, numberIn, shown } from "../src/sheet/values.js";

test("a number is read as officials write it", () => {
  const cases = [
    ["1234", "1234"], ["１，２３４", "1234"], ["1,234.50", "1234.50"], ["（1,234）", "-1234"], ["(1,234)", "-1234"],
    ["—", ""], ["无", ""], ["/", ""], ["-", ""], ["1.2亿元", "12000"], ["1.2亿", "12000"], ["350万", "350"], ["35000元", "3.5"],
    ["1元", "0.0001"], ["0.00005亿元", "0.5"], ["-0.5亿元", "-5000"], [" 1 234 ", "1234"], ["1234\u00a0", "1234"], [".5", "0.5"],
    ["123,4567", "1234567"], ["1,23", null], ["约1200", null], ["12%", null], ["1.2.3", null], ["１２３４．５万元", "1234.5"],
    ["0.1万元", "0.1"], ["123456789012345678.5亿元", "1234567890123456785000"], ["100元", "0.01"], ["12000千元", "1200"],
  ];
  for (const [text, number] of cases) assert.equal(numberIn(text, "万元"), number, text);
});

test("a rate keeps to its own unit", () => {
  assert.equal(numberIn("83.1%", "%"), "83.1");
  assert.equal(numberIn("83.1", "%"), "83.1");
  assert.equal(numberIn("83万元", "%"), null);
});

test("a date keeps the precision it was written with", () => {
  const cases = [
    ["2021年11月", "2021-11"], ["2021.11", "2021-11"], ["2021-11-5", "2021-11-05"], ["2021/11/05", "2021-11-05"], ["44501", "2021-11-01"],
    ["2021年11月5日", "2021-11-05"], ["20211105", "2021-11-05"], ["2021年", "2021"], ["2021", "2021"], ["—", ""],
    ["2021-13", null], ["2021-02-30", null], ["下半年", null],
  ];
  for (const [text, date] of cases) assert.equal(dateIn(text), date, text);
});

test("what cannot be read is shown as typed and named as wrong", () => {
  const column = { kind: "number", unit: "万元" };
  assert.equal(shown(column, "约1200"), "约1200");
  assert.equal(faultIn(column, "约1200"), "notNumber");
  assert.equal(shown(column, "1234567.5"), "1,234,567.5");
  assert.equal(shown(column, "0"), "0");
  assert.equal(shown(column, "—"), "");
});

test("Excel's block has no row after its last line end, and blanks inside stay blanks", () => {
  assert.deepEqual(parseBlock("a\tb\r\n\t\r\nc\td\r\n"), [["a", "b"], ["", ""], ["c", "d"]]);
  assert.deepEqual(parseBlock("a"), [["a"]]);
  assert.deepEqual(parseBlock(""), [[""]]);
});

test("a quoted cell may hold tabs, line ends and quotes", () => {
  assert.deepEqual(parseBlock('"a\tb"\t"c\r\nd"\t"say ""x"""\r\ne\tf\tg\r\n'), [["a\tb", "c\nd", 'say "x"'], ["e", "f", "g"]]);
  assert.deepEqual(parseBlock('5" pipe\tx\r\n"unclosed\ty\r\n'), [['5" pipe', "x"], ['"unclosed', "y"]]);
  assert.deepEqual(parseBlock('"a" b\tc\t'), [['"a" b', "c", ""]]);
});

test("a block read back from its own text is the same block", () => {
  const block = [["a\tb", 'say "x"', ""], ['"quoted"', "line\nend", "1,234"]];
  assert.deepEqual(parseBlock(`${blockAsText(block)}\r\n`), block);
});

test("long numbers stay text in the table for Excel", () => {
  assert.equal(
    blockAsTable([["<b>", "12"]], [true, false]),
    `<table><tr><td style="mso-number-format:'\\@'">&lt;b&gt;</td><td>12</td></tr></table>`,
  );
});
