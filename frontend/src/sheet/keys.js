/** What keys do in the grid; each gives a move or a task, and null where the browser's own way is right. */

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** What a key asks for while no cell is being edited. */
export function asked(event, page) {
  const { key, shiftKey } = event;
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey) return withControl(key, shiftKey);
  if (key in ARROWS) return { move: ARROWS[key], extend: shiftKey };
  switch (key) {
    case "Enter":
      return shiftKey ? { move: [-1, 0] } : { task: "edit" };
    case "F2":
      return { task: "edit" };
    case "Tab":
      return { move: [0, shiftKey ? -1 : 1], wrap: true };
    case "PageDown":
      return { move: [page, 0], extend: shiftKey };
    case "PageUp":
      return { move: [-page, 0], extend: shiftKey };
    case "Home":
      return { move: [0, -Infinity], extend: shiftKey };
    case "End":
      return { move: [0, Infinity], extend: shiftKey };
    case "Delete":
    case "Backspace":
      return { task: "clear" };
    case "Escape":
      return { task: "leave" };
    default:
      return null;
  }
}

function withControl(key, extend) {
  if (key in ARROWS) return { move: ARROWS[key].map((step) => step * Infinity || 0), extend };
  switch (key.toLowerCase()) {
    case "home":
      return { move: [-Infinity, -Infinity], extend };
    case "end":
      return { move: [Infinity, Infinity], extend };
    case "z":
      return { task: extend ? "redo" : "undo" };
    case "y":
      return { task: "redo" };
    case "d":
      return { task: "fillDown" };
    case "a":
      return { task: "selectAll" };
    default:
      return null;
  }
}

/** What a key asks for while a cell is being edited: the move after it is kept, or that it is dropped. */
export function askedWhileEditing(event, mode) {
  const { key, shiftKey, altKey } = event;
  if (key === "Escape") return { drop: true };
  if (key === "Enter" && altKey) return { insert: "\n" };
  if (key === "Enter") return { move: [shiftKey ? -1 : 1, 0] };
  if (key === "Tab") return { move: [0, shiftKey ? -1 : 1], wrap: true };
  if (mode === "over" && key in ARROWS) return { move: ARROWS[key] };
  return null;
}
