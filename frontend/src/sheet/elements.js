/** Makes an element of a class, and a button with its words. */

export function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

export function button(name, words) {
  const made = element("button", `button ${name}`);
  made.type = "button";
  made.textContent = words;
  return made;
}
