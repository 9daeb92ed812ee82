// All that the scripts know of Streamlit's page: a container's key is a class of its element, a
// component lies in a shadow inside of its container, with the style that it came with, and the app
// says whether it is connected.
const keyed = (element, key) => element.closest(`[class*="st-key-${key}"]`);
const within = (element, key) => element.querySelector(`.st-key-${key}`);
const around = (component, key) => keyed(component.host, key);
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
