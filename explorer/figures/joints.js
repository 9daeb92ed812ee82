// All that the scripts know of Streamlit's page: a container's key is a class of its element, and a
// component lies in a shadow inside of its container, with the style that it came with.
const keyed = (element, key) => element.closest(`[class*="st-key-${key}"]`);
const around = (component, key) => keyed(component.host, key);
const styleOf = (component) => component.querySelector("style").textContent;
