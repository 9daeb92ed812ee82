// A chart that is drawn by hand before it is shown: one gesture sets a bar or a whole curve, arrow
// keys do the same. Heights are whole steps of the scale, of which Python says what each means.
const SVG = "http://www.w3.org/2000/svg";
const RIGHT = 12;

const made = (name, attributes, parent, text) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".sketch");
  const plot = root.querySelector(".plot");
  const button = root.querySelector(".reveal");
  const skip = root.querySelector(".skip");
  const { names, ticks, labels, joined, across, drawn, measured, values, words } = data;
  const told = Boolean(measured);
  const steps = labels.length - 1, number = names.length;
  const set = getComputedStyle(plot);
  const sized = (name, usual) => parseFloat(set.getPropertyValue(name)) || usual;
  const LEFT = sized("--plot-left", 58), LINE = sized("--plot-line", 16), TOP = LINE + 6;
  if (root.asked !== data.question) {
    root.asked = data.question;
    root.places = drawn ?? Array(number).fill(null);
    root.at = 0;
  }
  if (drawn) root.places = drawn;
  const places = root.places;
  // “residual 20” stands as 20 below its bar, and below that once for all its neighbours: residual.
  const parted = names.map((name) => name.split(" ").reverse());
  const below = Math.max(...parted.map((parts) => parts.length)) * LINE + (across ? LINE + 4 : 0) + 8;

  const box = () => ({ width: plot.clientWidth || 600, height: plot.clientHeight || 240 });
  const geometry = () => {
    const { width, height } = box();
    const column = (width - LEFT - RIGHT) / number;
    return {
      width, height, column, bottom: height - below,
      x: (place) => LEFT + column * (place + 0.5),
      y: (step) => height - below - (step / steps) * (height - below - TOP),
    };
  };
  const whole = () => places.every((place) => place !== null);

  // The heights of one series, as a curve or bars.
  const series = (g, heights, kind, width) => {
    const set = heights.map((height, i) => [i, height]).filter(([, height]) => height !== null);
    if (joined) {
      const points = set.map(([i, height]) => `${g.x(i)},${g.y(height)}`).join(" ");
      made("polyline", { class: `line ${kind}`, points }, plot);
      if (number <= 12) for (const [i, height] of set) made("circle", { class: `dot ${kind}`, cx: g.x(i), cy: g.y(height), r: 4 }, plot);
      return;
    }
    const half = Math.min(width * g.column, 60) / 2;
    for (const [i, height] of set) {
      const shift = told && drawn ? (kind ? half : -half) : 0;
      made("rect", { class: `bar ${kind}`, x: g.x(i) - half + shift, y: g.y(height) - 1, width: 2 * half, height: g.bottom - g.y(height) + 1 }, plot);
      const text = kind ? values[i] : labels[height];
      const said = g.column < 70 ? text.split(" ")[0] : text; // the axis has the unit
      if (kind || !told) made("text", { class: "value", x: g.x(i) + shift, y: g.y(height) - 6, "text-anchor": "middle" }, plot, said);
    }
  };

  const draw = () => {
    const g = geometry();
    const focused = parentElement.activeElement ?? plot.getRootNode().activeElement;
    const had = focused?.classList?.contains("place");
    plot.replaceChildren();
    plot.setAttribute("viewBox", `0 0 ${g.width} ${g.height}`);
    for (const [step, label] of ticks) {
      made("line", { class: "grid", x1: LEFT, x2: g.width - RIGHT, y1: g.y(step), y2: g.y(step) }, plot);
      made("text", { x: LEFT - 8, y: g.y(step) + 4, "text-anchor": "end" }, plot, label);
    }
    names.forEach((name, i) => {
      if (told) return;
      const place = made("g", {
        class: "place", role: "slider", tabindex: i === root.at ? 0 : -1, "data-place": i,
        "aria-label": name, "aria-valuemin": 0, "aria-valuemax": steps, "aria-valuenow": places[i] ?? 0,
        "aria-valuetext": places[i] === null ? words.open : labels[places[i]], "aria-orientation": "vertical",
      }, plot);
      made("rect", { class: "column", x: g.x(i) - g.column / 2 + (joined ? 0 : 3), y: TOP - 8, width: g.column - (joined ? 0 : 6), height: g.bottom - TOP + 8 }, place);
      if (had && i === root.at) place.focus();
    });
    write(g);
    made("line", { class: "axis", x1: LEFT, x2: g.width - RIGHT, y1: g.bottom, y2: g.bottom }, plot);
    if (across) made("text", { x: (LEFT + g.width - RIGHT) / 2, y: g.height - 4, "text-anchor": "middle" }, plot, across);
    if (told) series(g, measured, "true", 0.38);
    series(g, places, "", told ? 0.38 : 0.62);
    if (places.every((place) => place === null) && !told)
      made("text", { class: "hint", x: (LEFT + g.width) / 2, y: g.height / 2, "text-anchor": "middle", "pointer-events": "none" }, plot, words.hint);
    button.disabled = !whole();
  };
  const write = (g) => {
    const every = joined ? Math.ceil(34 / g.column) : 1;
    const below = (text, x, row) => made("text", { x, y: g.bottom + LINE * row, "text-anchor": "middle" }, plot, text);
    parted.forEach(([name, group], i) => {
      if (i % every === 0) below(name, g.x(i), 1);
      if (!group || parted[i - 1]?.[1] === group) return;
      const end = parted.findIndex((parts, j) => j > i && parts[1] !== group);
      below(group, (g.x(i) + g.x(end < 0 ? number - 1 : end - 1)) / 2, 2);
    });
  };

  const put = (i, height) => { places[i] = Math.max(0, Math.min(steps, Math.round(height))); };
  const hit = (event) => {
    const area = plot.getBoundingClientRect(), g = geometry();
    const i = Math.floor((event.clientX - area.left - LEFT) / g.column);
    const share = (g.bottom - (event.clientY - area.top)) / (g.bottom - TOP);
    return [Math.max(0, Math.min(number - 1, i)), share * steps];
  };
  // A hand is faster than the events that tell of it: what it passed between two lies on a line.
  const pass = (from, to) => {
    const [i, a] = from, [j, b] = to;
    for (let k = Math.min(i, j); k <= Math.max(i, j); k++) put(k, i === j ? b : a + ((b - a) * (k - i)) / (j - i));
  };
  const fill = () => {
    const set = places.flatMap((place, i) => (place === null ? [] : [i]));
    if (joined && set.length > 1) places.forEach((place, i) => {
      if (place === null) places[i] = places[i < set[0] ? set[0] : set.findLast((known) => known < i)];
    });
  };

  plot.onpointerdown = (event) => {
    if (told) return;
    event.preventDefault();
    plot.setPointerCapture(event.pointerId);
    root.last = hit(event);
    root.at = root.last[0];
    pass(root.last, root.last);
    draw();
    plot.querySelector(`[data-place="${root.at}"]`)?.focus({ preventScroll: true });
  };
  plot.onpointermove = (event) => {
    if (told || !root.last) return;
    const now = joined ? hit(event) : [root.last[0], hit(event)[1]];
    pass(root.last, now);
    root.last = now;
    root.at = now[0];
    draw();
  };
  plot.onpointerup = plot.onpointercancel = () => {
    if (!root.last) return;
    root.last = null;
    fill();
    draw();
  };
  const rise = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  const go = { ArrowLeft: -1, ArrowRight: 1 };
  plot.onkeydown = (event) => {
    if (told || event.ctrlKey || event.altKey || event.metaKey) return;
    const i = root.at;
    if (event.key in rise) put(i, (places[i] ?? steps / 2) + rise[event.key] * (event.shiftKey ? 10 : 1));
    else if (event.key in go) {
      root.at = Math.max(0, Math.min(number - 1, i + go[event.key]));
      if (joined && places[root.at] === null) places[root.at] = places[i];
    } else if (event.key === "Enter" && whole()) return reveal();
    else return;
    event.preventDefault();
    event.stopPropagation(); // arrows turn the lesson's pages elsewhere
    draw();
  };
  const reveal = () => setTriggerValue("reveal", { places, at: Date.now() });
  const passBy = () => setTriggerValue("reveal", { places: [], at: Date.now() });

  plot.classList.toggle("told", told);
  plot.setAttribute("aria-label", told ? data.summary : words.label);
  root.querySelector(".ways").hidden = told;
  button.textContent = words.reveal;
  button.onclick = reveal;
  skip.textContent = words.skip;
  skip.onclick = passBy;
  const key = root.querySelector(".key");
  key.hidden = !told;
  key.querySelector(".yours").textContent = words.yours;
  key.querySelector(".yours").hidden = !drawn;
  key.querySelector(".measured").textContent = words.measured;
  draw();
  const watch = new ResizeObserver(draw);
  watch.observe(plot);
  return () => watch.disconnect();
}
