// Brings what it lies in into view when something else is shown there.
export default function ({ data, parentElement }) {
  if (parentElement.shown === data.shown) return;
  parentElement.shown = data.shown;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  around(parentElement, data.key).scrollIntoView({ block: "nearest", behavior });
}
