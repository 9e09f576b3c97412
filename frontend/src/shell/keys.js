/** Keys of the whole page: Ctrl-K or / to search, ? for help; and those a page gives its buttons and links by data-hotkey. */

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
    if (/^[0-9a-z]$/i.test(event.key)) document.querySelector(`[data-hotkey="${event.key.toLowerCase()}"]`)?.click();
  });
}

function isTyping(element) {
  return element.closest?.("input, textarea, select, tici-sheet, [contenteditable]") !== null;
}
