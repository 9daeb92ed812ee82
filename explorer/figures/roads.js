// The maps of a part on its two lanes, and the wires between them.
const SVG = "http://www.w3.org/2000/svg";
const draw = (kind, attributes) => {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// A module's path may break behind its parts.
const breaking = (path) => path.replace(/[._]|down(?=sample)/g, "$&\u200b");

// One figure for each value; `maps` gets its elements.
function figures(maps) {
  return maps.map((map, n) => {
    const chip = element("button", `chip ${map.look}`, element("b", "", breaking(map.name)), map.chip);
    chip.type = "button";
    chip.tabIndex = -1;
    const canvas = element("canvas", "map");
    const frame = element("div", "frame", canvas, element("i", "mark"));
    const number = element("span", "number");
    const note = element("span", "note", map.lens, document.createElement("br"), `${map.height}×${map.width}`,
      element("span", "reach"));
    const caption = element("figcaption", "", number, element("span", "symbol", map.symbol), note);
    const figure = element("figure", `op kind-${map.kind}${map.place === "gate" ? " gated" : map.values.length === 1 ? " dot" : ""}`, chip, frame, caption);
    figure.dataset.value = n;
    figure.style.order = n; // where lanes are not drawn, along the flow
    return Object.assign(map, { figure, chip, canvas, frame, number, reach: note.lastChild });
  });
}

// The maps in their places, as wide as there is room for.
function lay(road, maps) {
  const at = (place) => maps.filter((map) => map.place === place).map(({ figure }) => figure);
  const [entrance, shortcut, branch, gate, exit] = ["entrance", "shortcut", "branch", "gate", "exit"].map(at);
  const group = (name, inside) => element("div", name, ...inside);
  const parts = [group("entrance", entrance), group("middle", shortcut), group("exit", exit)];
  const alone = !exit.length && !shortcut.length; // stem and head have one lane
  const [upper, lower, gates] = ["upper", "lower", "gates"].map((name) => road.querySelector(`.${name}`));
  upper.replaceChildren(...(alone ? [] : parts));
  lower.replaceChildren(...(alone ? [...entrance, ...branch] : branch));
  gates.replaceChildren(...gate);
  const across = entrance.length + branch.length + exit.length;
  const weighed = maps.find(({ kind }) => kind === "scale");
  return () => {
    const gap = 22;
    const spare = 18 + (weighed ? 24 : 0);
    const map = Math.max(34, Math.min(148, (road.clientWidth - 12 - across * gap - spare) / across));
    const left = alone ? 0 : entrance.length * (map + gap) + 4;
    road.style.setProperty("--map", `${map}px`);
    lower.style.paddingLeft = `${left}px`;
    upper.style.width = `${left + (branch.length + exit.length) * (map + gap) + spare - 4}px`;
    const rows = getComputedStyle(lower).display === "contents" ? [road] : [upper, lower, gates];
    for (const row of [road, upper, lower, gates]) row.style.removeProperty("--chip");
    for (const row of rows) { // chips of a row are as high as its highest
      const chips = [...row.querySelectorAll(".chip")].map((chip) => chip.offsetHeight);
      row.style.setProperty("--chip", `${Math.max(33, ...chips)}px`);
    }
    if (weighed) gates.style.width = `${weighed.figure.offsetLeft + lower.offsetLeft - 36}px`;
  };
}

// Wires from every value to what reads it: the shortcut's broad, as the stream is.
function wire(road, maps, chosen) {
  const origin = road.getBoundingClientRect();
  const boxes = maps.map(({ figure, frame }) => {
    const { left, right, top, bottom } = frame.getBoundingClientRect();
    const above = figure.getBoundingClientRect().top - origin.top;
    return { left: left - origin.left, right: right - origin.left, y: (top + bottom) / 2 - origin.top, above };
  });
  const broad = [];
  const fine = [];
  const path = (d, name = "") => draw("path", { d, class: name });
  maps.forEach((map, n) => {
    const sum = map.kind === "add" && map.reads.length === 2;
    const to = boxes[n];
    const meets = sum ? to.left - 20 : to.left - 7;
    (map.reads ?? []).forEach(({ value }, i) => {
      const from = boxes[value];
      const marked = n === chosen ? "read" : "";
      const lane = sum ? i === 0 : map.place === "shortcut";
      if (lane) broad.push(path(`M${from.right} ${from.y}H${to.left}`, "lane"));
      const drop = Math.abs(from.y - to.y) < 2 ? 0 : to.y - from.y;
      const corner = to.left - (map.kind === "scale" ? 15 : 24);
      if (!drop) fine.push(path(`M${from.right} ${from.y}H${meets}`, marked));
      else if (map.place === "gate") // back to the left, between the lanes
        fine.push(path(`M${from.right} ${from.y}h9V${to.above - 8}H${corner}V${to.y}H${meets}`, marked));
      else if (map.kind === "scale") fine.push(path(`M${from.right} ${from.y}H${corner}V${to.y}`, marked));
      else if (drop > 0) fine.push(path(`M${from.right} ${from.y}h11V${to.y}H${meets}`, marked));
      else fine.push(path(`M${from.right} ${from.y}H${meets}V${to.y + 9}`, marked));
    });
    if (sum) fine.push(...plus(to.left - 20, to.y), path(`M${to.left - 11} ${to.y}H${to.left - 5}`));
    else if (n) fine.push(draw("path", { d: `M${to.left - 8} ${to.y - 4}l7 4l-7 4z`, class: "tip" }));
  });
  road.querySelector(".wires").replaceChildren(...broad, ...fine);
}

const plus = (x, y) => [
  draw("circle", { cx: x, cy: y, r: 9, class: "plus" }),
  draw("path", { d: `M${x - 5} ${y}h10M${x} ${y - 5}v10`, class: "arm" }),
];

