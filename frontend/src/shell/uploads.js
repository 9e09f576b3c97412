/** Files dropped together are sent one by one: each arrives whole or not at all, and says how far it has come. */
import htmx from "htmx.org";

export function watchUploads() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const field = form.matches("form[data-one-by-one]") && form.querySelector("input[type=file]");
    if (!field || !field.files.length) return;
    event.preventDefault();
    sendAll(form, field);
  });
  document.addEventListener("htmx:afterSettle", tidy);
}

/** A line that says a file has come in is of no use once the list tells how far the file has come. */
function tidy() {
  const shown = new Set([...document.querySelectorAll("[data-file]")].map((row) => Number(row.dataset.file)));
  const oldest = Math.min(...shown); // older files stand on the next page of the list
  for (const said of document.querySelectorAll("[data-sent] [data-received]")) {
    const file = Number(said.dataset.received);
    if (!shown.has(file) && file > oldest) continue;
    const line = said.closest("li");
    said.remove();
    if (!line.childElementCount) line.remove();
  }
}

async function sendAll(form, field) {
  const files = [...field.files];
  const shared = new FormData(form);
  shared.delete(field.name);
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  const lines = files.map((file) => addLine(form, file));
  for (const [position, file] of files.entries()) {
    const body = new FormData();
    shared.forEach((value, key) => body.append(key, value));
    body.append(field.name, file, file.name);
    settle(lines[position], await send(form, body, lines[position]));
    htmx.trigger(document.body, "dropped");
  }
  button.disabled = false;
  field.value = "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function addLine(form, file) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = `${file.name}：${form.dataset.sending}`;
  const progress = document.createElement("progress");
  progress.className = "thin";
  progress.max = 1;
  progress.value = 0;
  progress.setAttribute("aria-label", file.name);
  line.append(words, " ", progress);
  line.dataset.name = file.name;
  form.querySelector("[data-sent]").append(line);
  return line;
}

/** Send one file; resolves to what the server said of it, or to the sentence for a connection that was cut. */
function send(form, body, line) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const said = (sentence) => resolve([{ sentence: `${line.dataset.name}：${sentence}`, file: null, url: "" }]);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.querySelector("progress").value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      try {
        resolve(JSON.parse(request.responseText).files);
      } catch {
        said(form.dataset.failed);
      }
    });
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => said(form.dataset.cut));
    request.send(body);
  });
}

/** What became of a file; a bundle has become several, each with a line of its own until the list shows it. */
function settle(line, files) {
  line.replaceChildren(
    ...files.map((one) => {
      const words = document.createElement(one.url ? "a" : "span");
      if (one.url) words.href = one.url;
      words.textContent = one.sentence;
      words.className = one.file ? "" : "problem warn";
      const box = document.createElement("div");
      if (one.file) box.dataset.received = one.file;
      box.append(words);
      return box;
    }),
  );
}
