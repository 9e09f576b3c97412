/** The drop zone: a plain file field that also takes dropped files and lists what was chosen. */

export function watchDropzones() {
  document.querySelectorAll(".dropzone").forEach(prepare);
  document.addEventListener("htmx:load", (event) => event.target.querySelectorAll(".dropzone").forEach(prepare));
  // A file dropped beside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest?.(".dropzone") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
}

function prepare(zone) {
  const field = zone.querySelector("input[type=file]");
  if (!field || zone.classList.contains("ready")) return;
  zone.classList.add("ready");
  // The field lies over the whole zone, so the browser itself takes dropped files.
  field.addEventListener("dragenter", () => zone.classList.add("over"));
  for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => zone.classList.remove("over"));
  field.addEventListener("change", () => {
    list(zone, field);
    if (zone.hasAttribute("data-autosubmit") && field.files.length) field.form.requestSubmit();
  });
}

function list(zone, field) {
  const place = zone.querySelector("[data-chosen]");
  if (!place) return;
  const names = [...field.files].map((file) => file.name);
  place.textContent = names.length ? `${names.length} · ${names.slice(0, 5).join("、")}${names.length > 5 ? "…" : ""}` : "";
}
