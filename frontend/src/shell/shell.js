/** What every page has: partial updates by htmx, keys, dialogs, toasts, the drop zone. Pages work without it. */
import htmx from "htmx.org";

import { watchDialogs } from "./dialogs.js";
import { watchDropzones } from "./dropzone.js";
import { watchKeys } from "./keys.js";
import { watchLists } from "./lists.js";
import { watchPage } from "./page.js";
import { toast } from "./toasts.js";
import { watchUploads } from "./uploads.js";

watchDialogs();
watchDropzones();
watchKeys();
watchLists();
watchPage();
watchUploads();

/** Words for a request that brought nothing back; texts come from the page, so that they are in its language. */
function explain(event) {
  const words = document.getElementById("toasts").dataset;
  const status = event.detail.xhr?.status ?? 0;
  toast({ 0: words.offline, 403: words.forbidden, 404: words.gone, 503: words.busy }[status] ?? words.failed, "bad");
}

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, explain);
}

// A page may ask for a toast from the server: HX-Trigger: {"toast": "…"}.
document.addEventListener("toast", (event) => toast(event.detail.value));

export { htmx };
