// Draws the SVG it is given, lets its buttons be picked by pointer and by key, and says their numbers.
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".picture");
  const tip = parentElement.querySelector(".tip");
  if (host.drawn !== data.svg) {
    host.innerHTML = data.svg;
    host.drawn = data.svg;
    tip.hidden = true;
  }
  const buttons = [...host.querySelectorAll("[role=button]")];
  // A folded run stands for all of its blocks.
  const covers = (block) => {
    const [stage, number] = (data.chosen ?? "").split(".");
    const [own, first] = block.dataset.name.split(".");
    if (block.dataset.name === data.chosen) return true;
    return block.matches(".block") && stage === own && number - first >= 0 && number - first < block.dataset.count;
  };
  const open = buttons.findIndex(covers);
  buttons.forEach((button, i) => {
    button.classList.toggle("open", i === open);
    if (button.matches(".block")) button.setAttribute("aria-pressed", i === open);
    button.tabIndex = i === Math.max(open, 0) ? 0 : -1;
  });

  // Below the picture or above, else below or above the part: never over what it explains.
  const show = (part) => {
    tip.textContent = part.dataset.tip;
    tip.hidden = false;
    const at = part.getBoundingClientRect();
    const frame = host.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
    const tops = [frame.bottom + 4, frame.top - high - 4, at.bottom + 8, at.top - high - 8];
    const top = tops.find((y) => y >= 0 && y + high <= clientHeight);
    const beside = at.right + 8 + wide <= clientWidth ? at.right + 8 : at.left - wide - 8;
    const left = top === undefined ? beside : at.left;
    tip.style.left = `${Math.max(8, Math.min(left, clientWidth - wide - 8))}px`;
    tip.style.top = `${top ?? Math.max(8, Math.min(at.top, clientHeight - high - 8))}px`;
  };
  const part = (event) => event.target.closest("[data-tip]");
  // Its time tells a pick from the same one handed on again by a run that interrupted another.
  const pick = (button) =>
    button && setTriggerValue("pick", { what: button.dataset.name, at: Date.now() });

  host.onpointermove = (event) => {
    const found = part(event);
    if (found) show(found);
    else tip.hidden = true;
  };
  host.onpointerleave = () => { tip.hidden = true; };
  host.onclick = (event) => pick(event.target.closest("[role=button]"));
  host.onfocusin = (event) => {
    const found = part(event);
    if (found?.matches(":focus-visible")) show(found);
  };
  host.onfocusout = () => { tip.hidden = true; };
  host.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = buttons.indexOf(event.target);
    const across = Number(host.firstElementChild.dataset.across ?? 0); // in rows of that many
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: buttons.length - 1 - at };
    const step = { ...steps, ...(across && { ArrowDown: across, ArrowUp: -across }) }[event.key];
    if (at < 0) return;
    if (event.key === "Escape") tip.hidden = true;
    if (event.key === "Enter" || event.key === " ") pick(event.target);
    else if (step === undefined) return;
    else buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)].focus();
    event.preventDefault();
  };
}
