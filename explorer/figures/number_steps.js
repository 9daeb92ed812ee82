// An arrow key or a click on − or + steps from what its box shows, a depth to the next of its family,
// and the server is told when it rests: it would take what other controls still show of the network
// before for changes of their own. A depth left empty comes back.
export default function ({ data, parentElement }) {
  const place = around(parentElement, "network_controls");
  const steps = { ArrowUp: 1, ArrowDown: -1, stNumberInputStepUp: 1, stNumberInputStepDown: -1 };
  const isDepth = (box) => keyed(box, "network_depth");
  const nextDepth = (depth, step) => {
    const nearest = data.ladders.map(([first, last, by]) => {
      const rungs = (Math.min(Math.max(depth, first - by), last + by) - first) / by;
      return first + by * (step > 0 ? Math.floor(rungs) + 1 : Math.ceil(rungs) - 1);
    });
    const reached = nearest.filter((to, i) => data.ladders[i][0] <= to && to <= data.ladders[i][1]);
    return reached.length ? step * Math.min(...reached.map((to) => step * to)) : depth;
  };
  const next = (box, step) =>
    isDepth(box)
      ? nextDepth(Number(box.value || data.depth), step)
      : Number(box.value) + step * Number(box.step);
  const tell = () => {
    const box = parentElement.untold;
    if (!box || parentElement.waits || !resting()) return;
    parentElement.untold = null;
    if (box.value !== box.told) parentElement.waits = setTimeout(rested, 30000); // lost on its way
    box.told = box.value;
    enter(box);
  };
  const rested = () => {
    clearTimeout(parentElement.waits);
    parentElement.waits = null;
    tell();
  };
  // The other controls show the new network a frame or two after it has come.
  const whenDrawn = () =>
    resting() && requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(rested)));
  const put = (box, value) => {
    if (!parentElement.untold && !parentElement.waits) box.told = box.value;
    type(box, value);
    parentElement.untold = box;
    queueMicrotask(tell); // after the page has taken note
  };
  const go = (event) => {
    const button = event.target.closest("button");
    const step = steps[event.key ?? testId(button)];
    const box = button ? numberBox(button) : event.target;
    if (!step || box?.type !== "number") return;
    event.preventDefault();
    event.stopPropagation();
    put(box, next(box, step));
  };
  const refill = ({ target, key = "Enter" }) => {
    if (key !== "Enter" || target.type !== "number" || target.value || !isDepth(target)) return;
    put(target, data.depth);
    target.told = target.value;
  };
  parentElement.heard?.abort(); // this is run again whenever the page is
  parentElement.heard = new AbortController();
  const { signal } = parentElement.heard;
  const heard = { keydown: [go, refill], click: [go], focusout: [refill] };
  for (const [name, all] of Object.entries(heard))
    for (const hear of all) place.addEventListener(name, hear, { capture: true, signal });
  parentElement.rest?.disconnect();
  parentElement.rest = whenRunning(whenDrawn);
  return () => {
    parentElement.heard.abort();
    parentElement.rest.disconnect();
  };
}
