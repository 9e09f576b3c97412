/** A question in the grid, answered by one of a few buttons. */
import { button, element } from "./elements.js";

/** Ask, and give the name of the chosen answer; closing the question is the last one. */
export function ask(host, question, answers) {
  const dialog = element("dialog", "dialog");
  const words = element("p", "dialog-body");
  words.id = "sheet-question";
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  const foot = element("div", "dialog-foot");
  answers.forEach(([name, label], at) => {
    const choice = button(at ? "plain" : "", label);
    choice.addEventListener("click", () => dialog.close(name));
    foot.append(choice);
  });
  dialog.append(words, foot);
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || answers.at(-1)[0]);
    });
  });
}
