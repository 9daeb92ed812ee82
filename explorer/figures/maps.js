// Maps side by side; a cell chosen in one marks its place in all, with the box that each cell sees.
const MINUS = "\u2212";

// A sentence of the page with its fields filled.
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function signed(value) {
  const size = Math.abs(value);
  const written = size > 0 && size < 1e-3 ? size.toExponential(2).replace("e-", ` × 10^${MINUS}`) : Number(size.toPrecision(3));
  return `${value < 0 ? MINUS : "+"}${written}`;
}

function element(kind, name, ...inside) {
  const made = document.createElement(kind);
  made.className = name;
  made.append(...inside);
  return made;
}

function make() {
  const frame = element("div", "frame", element("img", "seen"), element("canvas", "map"),
    element("i", "box"), element("i", "all"), element("i", "cell"));
  frame.querySelector("img").alt = ""; // the frame says what it shows
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  
  const caption = element("figcaption", "", element("span", "title"), element("span", "note"),
    element("span", "none"), element("span", "reading"));
  return element("figure", "", frame, caption);
}

function put(figure, tile, lasting, words) {
  const find = (name) => figure.querySelector(`.${name}`);
  paint(find("seen"), find("map"), lasting, tile);
  for (const name of ["title", "note", "none"]) find(name).textContent = tile[name];
  find("none").hidden = !tile.none;
  find("frame").setAttribute("aria-roledescription", words.map);
  find("frame").setAttribute("aria-label", `${tile.title}: ${tile.note} ${tile.none} ${words.keys}`);
}

// Pixel i reaches from i to i + 1 of the picture's side; places are shares of that side.
const nearest = (tile, share) => {
  const at = Math.round((share * tile.size - 0.5 - tile.centre) / tile.jump);
  return Math.max(0, Math.min(tile.cells - 1, at));
};
const middle = (tile, at) => (tile.centre + tile.jump * at + 0.5) / tile.size;
const inside = (tile, at) => {
  const [from, to] = [-1, 1].map((side) => middle(tile, at) * tile.size + (side * tile.field) / 2);
  return Math.max(0, Math.min(to, tile.size) - Math.max(from, 0));
};

function show(root, told, lasting, words) {
  const host = root.querySelector(".tiles");
  const tiles = told.tiles.map((tile) => ({ ...tile, cellwise: floats(tile.values) }));
  while (host.children.length > tiles.length) host.lastChild.remove();
  while (host.children.length < tiles.length) host.append(make());
  const figures = [...host.children];
  host.style.setProperty("--across", Math.min(4, tiles.length));
  tiles.forEach((tile, i) => put(figures[i], tile, lasting[i], words));
  for (const name of ["low", "high", "unit"]) root.querySelector(`.${name}`).textContent = told.scale[name];
  root.querySelector(".bar").src = told.scale.bar;

  const mark = () => {
    tiles.forEach((tile, i) => {
      const find = (name) => figures[i].querySelector(`.${name}`);
      for (const name of ["box", "cell", "all"]) find(name).hidden = !root.at;
      find("box").hidden ||= !tile.field;
      find("reading").textContent = "";
      if (!root.at) return;
      const [row, column] = root.at.map((share) => nearest(tile, share));
      const span = (100 * tile.field) / tile.size;
      const covers = inside(tile, row) === tile.size && inside(tile, column) === tile.size;
      for (const [side, at] of [["top", row], ["left", column]]) {
        find("cell").style[side] = `${100 * middle(tile, at)}%`;
        find("box").style[side] = `${100 * middle(tile, at) - span / 2}%`;
      }
      find("box").style.width = find("box").style.height = `${span}%`;
      find("all").hidden = !covers;
      const value = signed(tile.cellwise[row * tile.cells + column]);
      find("reading").textContent = fill(words.reading, { row, column, value });
    });
    say();
  };

  const say = () => {
    const tile = tiles[root.active];
    const said = root.querySelector(".said");
    said.classList.toggle("how", !root.at);
    if (!root.at) { said.textContent = words.how; return; }
    const [row, column] = root.at.map((share) => nearest(tile, share));
    const [height, width] = [inside(tile, row), inside(tile, column)];
    const value = signed(tile.cellwise[row * tile.cells + column]);
    const whole = height === tile.size && width === tile.size && tile.field > tile.size;
    const within = height === tile.field && width === tile.field;
    const seen = whole ? words.whole : within ? words.within : fill(words.part, { width, height });
    const sees = tile.field ? fill(words.sees, { field: tile.field, seen }) : words.unknown;
    said.textContent = fill(words.said, { title: tile.title, row, column, cells: tile.cells, value, sees });
  };

  const choose = (i, row, column) => {
    const held = (at) => Math.max(0, Math.min(tiles[i].cells - 1, at));
    root.active = i;
    root.at = [row, column].map((at) => middle(tiles[i], held(at)));
    mark();
  };
  const strongest = ({ cellwise, cells }) => {
    const at = cellwise.reduce((best, value, i) => (Math.abs(value) > Math.abs(cellwise[best]) ? i : best), 0);
    return [Math.floor(at / cells), at % cells];
  };
  const point = (i, event) => {
    const box = figures[i].querySelector(".frame").getBoundingClientRect();
    choose(i, nearest(tiles[i], (event.clientY - box.top) / box.height), nearest(tiles[i], (event.clientX - box.left) / box.width));
  };
  const rest = () => { [root.at, root.active] = root.kept ?? []; mark(); };
  const keep = () => { root.kept = [root.at, root.active]; };

  figures.forEach((figure, i) => {
    const frame = figure.querySelector(".frame");
    frame.onpointermove = (event) => point(i, event);
    frame.onclick = (event) => { point(i, event); keep(); };
    frame.onpointerleave = rest;
    frame.onfocus = () => {
      if (!frame.matches(":focus-visible")) return;
      choose(i, ...(root.at ? root.at.map((share) => nearest(tiles[i], share)) : strongest(tiles[i])));
      keep();
    };
    frame.onkeydown = (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const at = root.at?.map((share) => nearest(tiles[i], share)) ?? strongest(tiles[i]);
      if (event.key === "Escape") { root.kept = undefined; rest(); }
      else if (event.key === "Home") { choose(i, ...strongest(tiles[i])); keep(); }
      else if (step) { choose(i, at[0] + step[0], at[1] + step[1]); keep(); }
      else return;
      event.preventDefault();
    };
  });
  if (root.active >= tiles.length) root.kept = undefined;
  rest();
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".strip");
  const place = around(parentElement, "mapped_");
  const draw = () => {
    const [told, lasting] = ["[data-tiles]", "[data-bands]"].map((name) => [...place.querySelectorAll(name)]);
    if (!told.length || !lasting.length) return;
    show(root, JSON.parse(told[0].dataset.tiles), lasting, data.words);
  };
  // After the frame in which they come, so that the large picture above need not wait.
  return watch(parentElement, place, () => requestAnimationFrame(() => setTimeout(draw)));
}
