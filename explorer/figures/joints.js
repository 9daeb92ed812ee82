// All that the scripts know of Streamlit's page: a container's key is a class of its element, a
// component lies in a shadow inside of its container, with the style that it came with, what scrolls
// is the main part of the page, and the app says whether it is connected.
const keyed = (element, key) => element.closest(`[class*="st-key-${key}"]`);
const isKeyed = (element, key) => element.matches(`.st-key-${key}`);
const within = (element, key) => element.querySelector(`.st-key-${key}`);
const testId = (element) => element?.dataset.testid;
const numberBox = (button) => button.closest('[data-testid="stNumberInput"]')?.querySelector("input");
// A value into a box as if it were typed, and Enter, which the page hears once it has taken note.
const type = (box, value) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
const enter = (box) => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
const running = () => document.querySelector("[data-test-script-state]");
const resting = () => running().dataset.testScriptState === "notRunning";
const whenRunning = (then) => {
  const watch = new MutationObserver(then);
  watch.observe(running(), { attributes: true, attributeFilter: ["data-test-script-state"] });
  return watch;
};
const around = (component, key) => keyed(component.host, key);
const scroller = () => document.querySelector('[data-testid="stMain"]');
const styleOf = (component) => component.querySelector("style").textContent;
const whenBack = (then) => {
  const app = document.querySelector("[data-test-connection-state]");
  let away = false;
  const watch = new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && away) then();
    away = !connected;
  });
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return watch;
};
