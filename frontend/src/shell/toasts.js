/** Short words at the corner of the page, spoken by screen readers; they stay until read. */

/** Show a sentence; one that reports trouble stays until it is closed. */
export function toast(text, kind = "") {
  const place = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", place.dataset.close);
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  place.append(box);
  if (kind !== "bad") setTimeout(() => box.remove(), 8000);
}
