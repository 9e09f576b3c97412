/** Builds the stylesheet and scripts into the core room's static folder, under stable names. */
import { build, context } from "esbuild";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";

const here = dirname(fileURLToPath(import.meta.url));

const options = {
  absWorkingDir: here,
  entryPoints: [
    { in: "src/styles/tici.css", out: "tici" },
    { in: "src/shell/shell.js", out: "tici" },
    { in: "src/sheet/sheet.js", out: "sheet" },
    { in: "src/sheet/saver.js", out: "saver" },
    { in: "src/chart/chart.js", out: "chart" },
    { in: "src/consult/consult.css", out: "consult" },
    { in: "src/consult/desk.js", out: "consult" },
    { in: "src/consult/proof.js", out: "proof" },
    { in: "src/map/map.js", out: "map" },
    { in: "src/map/map.css", out: "map" },
  ],
  outdir: join(here, "../tici/core/static/built"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari15"],
  charset: "utf8",
  loader: { ".png": "dataurl" },
  legalComments: "none",
  logLevel: "info",
};

if (process.argv.includes("--watch")) {
  const watching = await context(options);
  await watching.watch();
} else {
  await build(options);
}
