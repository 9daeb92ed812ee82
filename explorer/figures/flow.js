// Every value of a part as a map; a cell chosen in one is followed through all, and one operation
// shows how its number there is made.
const tell = (root, setStateValue, after = 600) => {
  clearTimeout(root.telling);
  root.telling = setTimeout(() => {
    root.told = { op: root.op === null ? "" : String(root.op), scale: root.scale, via: root.via, at: root.at };
    setStateValue("shown", root.told);
  }, after);
};

// What the server says is on show, where that is news and no echo of what it was told. The cell is
// news for `hold`; of another part nothing is said of it, and the place stays.
const heed = (root, said, hold) => {
  const names = ["op", "scale", "via", "at"];
  const news = names.filter((name) => said[name] !== root.said?.[name] && said[name] !== root.told?.[name]);
  for (const name of news) {
    if (name === "op") root.op = said.op === "" ? null : Number(said.op);
    else if (name !== "at") root[name] = said[name];
    else if (said.at || said.part === root.said?.part || !root.at) hold(said.at);
  }
  if (names.every((name) => root.told?.[name] === said[name])) root.told = null;
  root.said = said;
};

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".ops");
  const find = (name) => root.querySelector(name);
  const road = find(".road");
  const { words } = data;
  const maps = unpack(data.maps);
  const shown = () => maps[root.op ?? data.usual] ?? maps[data.usual];
  const full = Math.max(...maps.map((map) => map.full));
  const scaleOf = (map) => (root.scale === "own" ? map.full : full) || 1;

  figures(maps);
  const fit = lay(road, maps);
  road.setAttribute("aria-label", maps.map((map) => map.symbol || map.name).join(" → "));
  road.setAttribute("aria-roledescription", words.maps);
  find("img").alt = words.picture;
  find("img").src = data.view;

  // The cell, as a place of the finest map: of what enters.
  const [height, width] = [maps[0].height, maps[0].width];
  const cap = (i, most) => Math.max(0, Math.min(most - 1, i));
  const share = (i, axis) => (cap(i, [height, width][axis]) + 0.5) / [height, width][axis];
  const spread = maps.findLast(({ values }) => values.length > 1) ?? maps[0];
  const added = maps.find(({ kind }) => kind === "add")?.reads.map(({ value }) => maps[value]) ?? [];
  const product = added.length && added.every((map) => map.full > 0) ? added : [spread]; // padded zeros are nowhere large
  const strongest = () => {
    const [{ values, factor, width: across }] = product;
    const weigh = (i) => Math.abs(product.reduce((weight, map) => weight * map.values[i], 1));
    const best = values.reduce((most, _, i) => (weigh(i) > weigh(most) ? i : most), 0);
    return [Math.floor(best / across) * factor, (best % across) * factor];
  };
  const symbol = (map) => map.symbol || map.name;
  find(".how").textContent = `${fill(words.how, { y: product.map(symbol).join(" · ") })} ${words.rounding}`;
  const place = () => root.chosen?.map((share, i) => cap(Math.floor(share * [height, width][i]), [height, width][i])) ?? strongest();
  const at = ({ height, width, factor }) => {
    const [row, column] = place();
    return [cap(Math.floor(row / factor), height), cap(Math.floor(column / factor), width)];
  };
  const choose = (map, row, column) => {
    root.chosen = [cap(row, map.height) * map.factor, cap(column, map.width) * map.factor].map(share);
    mark();
  };
  // A cell that is held or was chosen by key is in the address.
  const note = (kept) => {
    root.at = kept ? place().join(".") : "";
    tell(root, setStateValue);
  };
  heed(root, data.on_show, (at) => {
    root.at = at;
    root.held = at !== "";
    root.chosen = at ? at.split(".").map(Number).map(share) : undefined;
  });
  const told = [data.on_show.at, root.told?.at];
  if (root.at && !told.includes(place().join("."))) note(true); // of another part, the same place there

  // Counts of units: a sum is that of the numbers that are shown, and so is a ReLU.
  const value = (map) => { const [row, column] = at(map); return map.values[row * map.width + column]; };
  const count = (number) => {
    const map = maps[number];
    const counts = map.reads.map((read) => (read.values ? units(value(read), read.power) : count(read.value)));
    if (map.kind === "add") return counts[0] + counts[1];
    if (map.kind === "relu" && map.single) return Math.max(0, counts[0]);
    return units(value(map), map.power);
  };
  const text = (one) => {
    if (typeof one === "number") return written(count(one), maps[one].power);
    return one.values ? written(units(value(one), one.power), one.power) : text(one.value);
  };
  const view = {
    words, at, count, text,
    label: symbol,
    follows: (map, channel) => maps[map.reads[0].value].channel === channel,
    follow: (map, channel) => { // what was chosen further back came from another channel
      const { value } = map.reads[0];
      const kept = root.via.split(",").filter((pair) => pair && Number(pair.split(":")[0]) > value);
      root.via = [...kept, `${value}:${channel}`].join(",");
      tell(root, setStateValue, 0);
    },
    name: (map, i) => `${symbol(maps[map.reads[i].value])}${map.reads[i].values ? `, ${map.reads[i].lens}` : ""}`,
    read: (map, i) => { const read = map.reads[i]; const whole = maps[read.value]; return { ...whole, ...(read.values ? { values: read.values } : {}), scale: scaleOf(whole) }; },
  };

  const draws = () => {
    const colour = palette(root);
    view.cell = cellColours(colour);
    for (const map of maps) {
      paint(map.canvas, map.values.map((v) => v / scaleOf(map)), map.width, colour);
      const reach = written(units(map.full, powerOf(map.full)), powerOf(map.full));
      map.reach.textContent = root.scale === "own" ? ` ±${reach}` : "";
    }
    paint(find(".scale canvas"), Float32Array.from({ length: 241 }, (_, i) => i / 120 - 1), 241, colour);
    const ends = written(units(full, powerOf(full)), powerOf(full));
    [find(".most").textContent, find(".least").textContent] = [`+${ends}`, `${MINUS}${ends}`];
    const least = maps.filter((map) => map.full > 0).reduce((low, map) => (map.full < low.full ? map : low), maps[0]);
    const ratio = full / (least.full || full);
    find(".small").textContent = root.scale === "one" && ratio > 8
      ? fill(words.small, { name: symbol(least), share: `1/${Math.round(ratio)}` }) : "";
    for (const name of ["one", "own"]) {
      find(`.scales .${name}`).textContent = words[name];
      find(`.scales .${name}`).setAttribute("aria-pressed", root.scale === name);
    }
    find(".scales").setAttribute("aria-label", words.scale);
    root.classList.toggle("own-scale", root.scale === "own");
    show();
  };

  const put = (box, { top, left, height, width }, tall, wide) => {
    Object.assign(box.style, { top: `${(100 * top) / tall}%`, left: `${(100 * left) / wide}%`, height: `${(100 * height) / tall}%`, width: `${(100 * width) / wide}%` });
  };
  const one = ([top, left]) => ({ top, left, height: 1, width: 1 });

  // What the operation on show reads of each map.
  const windows = (map) => {
    root.querySelectorAll(".window").forEach((each) => each.remove());
    for (const { value } of map.reads) {
      const from = maps[value];
      const spatial = ["conv", ...Object.keys({ maxpool: 0, ceilpool: 0, zeropad: 0, avgpool: 0, stillpool: 0, mean: 0, blur: 0, pad: 0, skip: 0 })].includes(map.kind);
      const span = spatial ? (map.kernel - 1) * map.dilation + 1 : 1;
      const start = at(map).map((i) => (spatial ? i * map.stride - map.padding : i));
      const [low, high] = [start.map((i) => Math.max(0, i)), start.map((i, axis) => Math.min([from.height, from.width][axis], i + span))];
      const box = element("i", "window");
      from.frame.append(box);
      put(box, { top: low[0], left: low[1], height: high[0] - low[0], width: high[1] - low[1] }, from.height, from.width);
    }
  };

  const mark = () => {
    const map = shown();
    for (const each of maps) {
      put(each.frame.querySelector(".mark"), one(at(each)), each.height, each.width);
      each.number.textContent = text(each.index);
    }
    windows(map);
    put(find(".large .mark"), one(at(map)), map.height, map.width);
    root.classList.toggle("held", Boolean(root.held));
    const pixels = find("img").naturalWidth || 1;
    const cell = at(map);
    const box = (side) => {
      const low = cell.map((i) => Math.max(0, map.centre + map.jump * i - side / 2 + 0.5));
      const high = cell.map((i) => Math.min(pixels, map.centre + map.jump * i + side / 2 + 0.5));
      return { top: low[0], left: low[1], height: high[0] - low[0], width: high[1] - low[1] };
    };
    put(find(".seen .mark"), box(map.jump), pixels, pixels);
    put(find(".seen .field"), box(map.field), pixels, pixels);
    const [row, column] = cell;
    const where = fill(words.where, { row, column, height: map.height, width: map.width });
    find(".where").textContent = `${map.lens}${words.between}${where}${root.held ? ` · ${words.held}` : ""}`;
    find(".worked").replaceChildren(...made(view, map));
    find(".said").textContent = fill(words.said, { name: symbol(map), where, number: text(map.index) });
  };

  const show = () => {
    const map = shown();
    for (const each of maps) {
      each.figure.classList.toggle("shown", each === map);
      each.chip.setAttribute("aria-pressed", each === map);
    }
    wire(road, maps, maps.indexOf(map));
    paint(find(".large canvas"), map.values.map((v) => v / scaleOf(map)), map.width, palette(root));
    find(".heading .name").textContent = [map.name, map.symbol].filter(Boolean).join(" · ");
    find(".made > .sentence").textContent = map.sentence ?? "";
    find(".back").disabled = map === maps[0];
    find(".on").disabled = map === maps.at(-1);
    mark();
  };
  const step = (by) => {
    root.op = cap(maps.indexOf(shown()) + by, maps.length);
    tell(root, setStateValue);
    show();
  };
  for (const [name, by, label] of [[".back", -1, words.before], [".on", 1, words.after]]) {
    find(name).setAttribute("aria-label", label);
    find(name).title = label;
    find(name).onclick = () => step(by);
  }
  for (const name of ["one", "own"]) find(`.scales .${name}`).onclick = () => {
    root.scale = name;
    tell(root, setStateValue);
    draws();
  };

  const under = (event) => {
    const frame = event.target.closest(".frame");
    if (frame?.parentElement.matches(".large")) return [shown(), frame];
    const figure = event.target.closest(".op");
    return figure && [maps[figure.dataset.value], frame];
  };
  const cellUnder = (event, map, frame) => {
    const box = frame.querySelector("canvas").getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * map.height), Math.floor(((event.clientX - box.left) / box.width) * map.width)];
  };
  for (const area of [road, find(".large")]) {
    area.onpointermove = (event) => {
      const [map, frame] = under(event) ?? [];
      if (!frame || root.held) return;
      choose(map, ...cellUnder(event, map, frame));
      if (root.at) note(false);
    };
    area.onclick = (event) => {
      const [map, frame] = under(event) ?? [];
      if (!map) return;
      if (frame) {
        const cell = cellUnder(event, map, frame);
        const again = root.held && map === shown() && cell.join() === at(map).join();
        root.held = !again;
        choose(map, ...cell);
        note(root.held);
      }
      if (map === shown()) return mark();
      root.op = maps.indexOf(map);
      tell(root, setStateValue);
      show();
    };
  }
  road.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Home") { root.chosen = undefined; mark(); }
    else if (by) { const map = shown(); const [row, column] = at(map); choose(map, row + by[0], column + by[1]); }
    else return;
    note(event.key !== "Home" || root.held);
    event.preventDefault();
  };

  parentElement.leave?.();
  const keys = (event) => {
    // Many keyboards have brackets behind AltGr, which is Alt and Control.
    const writes = "textarea, [contenteditable], input:not([type=checkbox], [type=radio], [type=range])";
    if (event.metaKey || event.composedPath()[0].closest?.(writes)) return;
    const by = { "[": -1, "]": 1, ",": -1, ".": 1 }[event.key];
    if (by) step(by);
  };
  document.addEventListener("keydown", keys);
  const resized = new ResizeObserver(() => { fit(); wire(road, maps, maps.indexOf(shown())); });
  resized.observe(road);
  parentElement.leave = () => { document.removeEventListener("keydown", keys); resized.disconnect(); };

  find("img").onload = mark;
  root.ontransitionend = (event) => { if (event.target.matches(".stop")) draws(); };
  fit();
  draws();
  return () => parentElement.leave();
}
