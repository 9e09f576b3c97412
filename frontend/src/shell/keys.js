/** Keys of the whole page: Ctrl-K or / to search, ? for help. */

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("search");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && search) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "?") document.getElementById("keys")?.showModal();
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    }
  });
}

function isTyping(element) {
  return element.closest?.("input, textarea, select, tici-sheet, [contenteditable]") !== null;
}
