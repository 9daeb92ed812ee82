// Ctrl+Z presses the button for undo beside this, Ctrl+Shift+Z or Ctrl+Y that for redo; not where a
// person is typing, whose letters the browser takes back itself.
export default function ({ parentElement }) {
  const button = (name) =>
    within(around(parentElement, "network_history"), `network_${name}`).querySelector("button");
  // The field that was typed in and is not done with, kept from one run of the page to the next.
  const note = (event) => {
    parentElement.typed = event.isTrusted ? event.composedPath()[0] : null;
  };
  const forget = () => {
    parentElement.typed = null;
  };
  const typing = () => {
    const { typed } = parentElement;
    if (!typed || ["range", "checkbox", "radio"].includes(typed.type)) return false;
    return typed.value || typed.role !== "combobox"; // a list that was chosen from is empty again
  };
  const press = (event) => {
    if (event.key === "Enter") forget();
    const wanted = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key?.toLowerCase()];
    if (!wanted || !(event.ctrlKey || event.metaKey) || event.altKey || typing()) return;
    event.preventDefault();
    button(wanted).click();
  };
  parentElement.heard?.abort(); // this is run again whenever the page is
  parentElement.heard = new AbortController();
  const { signal } = parentElement.heard;
  for (const [name, hear] of Object.entries({ input: note, focusout: forget, keydown: press }))
    document.addEventListener(name, hear, { capture: true, signal });
  return () => parentElement.heard.abort();
}
