// How one number comes about, in the numbers that are shown: what each kind of operation does.

// Numbers of a grid with as many digits as the largest needs.
function grid(values, side, share, paintCell, beyond = () => false, why = "") {
  const most = largest(values);
  const digits = Math.max(most < 100 ? 1 : 0, Math.min(4, 1 - powerOf(most)));
  const plain = (v) => (most > 0 && (most < 1e-3 || most >= 1e5) ? v.toExponential(1) : v.toFixed(digits));
  const text = (v) => plain(Number(plain(v)) === 0 ? 0 : v).replaceAll("-", MINUS);
  const cell = { 1: 60, 2: 46, 3: 37, 4: 36, 5: 34 }[side] ?? 30;
  const box = element("div", "grid");
  box.style.cssText = `grid-template-columns: repeat(${side}, minmax(0, 1fr)); width: ${cell * side}px; grid-auto-rows: ${side > 3 ? 22 : 25}px; font-size: ${side > 3 ? 10 : 12}px`;
  box.append(...Array.from(values, (value, i) => {
    const out = beyond(i);
    const one = element("span", out ? "beyond" : "", out ? "0" : value === 0 ? "0" : text(value));
    if (out) one.title = why;
    else Object.assign(one.style, paintCell(share(value)));
    return one;
  }));
  return box;
}

// Dark or light letters, whichever the colour bears.
function cellColours(colour) {
  const rgb = new Float32Array(4);
  return (share) => {
    colour(share, rgb, 0);
    const linear = [...rgb.slice(0, 3)].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    const light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18;
    return { background: `rgb(${[...rgb.slice(0, 3)].map(Math.round)})`, color: light ? "#000000" : "#ffffff" };
  };
}

// Numbers over their symbols, with signs between; `shown` are counts of units where a sum is exact.
function line(...parts) {
  return element("div", "sum", ...parts.filter(Boolean).map((part) => {
    if (typeof part === "string") return element("span", "sign", part);
    return element("span", "part", element("span", "number", part.text), element("span", "symbol", part.symbol));
  }));
}
const bracketed = (text) => (text.startsWith(MINUS) ? `(${text})` : text);
const asNumber = (text) => {
  const [mantissa, power] = text.replaceAll(MINUS, "-").split("·10");
  const lowered = (power ?? "0").replace(/./g, (d) => "-0123456789"["⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(d)] ?? d);
  return Number(mantissa) * 10 ** Number(lowered);
};
// Four digits of a number that stands alone.
const four = (value) => written(units(value, powerOf(Math.abs(value))), powerOf(Math.abs(value)));

// 0.00001 as 10⁻⁵.
const short = (value) => {
  const [mantissa, power] = value.toExponential().split("e");
  return `${mantissa === "1" ? "" : `${mantissa}·`}10${raised(power)}`;
};

// A button that shows an in-channel's own map, and what it came from, in place of another's.
function following(view, map, channel) {
  if (view.follows(map, channel)) return [];
  const button = element("button", "follow", view.words.follow);
  button.type = "button";
  button.onclick = () => view.follow(map, channel);
  return [button];
}

// Rounds up or down, instead of to the nearest, those that are nearest to the middle, so that all add up.
function share(terms, left) {
  const by = Math.sign(left);
  const gain = ({ exact, gives }) => by * (exact - gives);
  for (const term of terms.toSorted((a, b) => gain(b) - gain(a)).slice(0, Math.abs(left)))
    if (gain(term) > 0) term.gives += by;
}

// What is known of the view while a number is explained: `at(map)` is its cell, `count(n)` the
// units of value n there, `text(n)` the same written, `read(map, i)` what it reads as a map.
const MADE = {
  mixed(view, map) {
    const { mixed } = map;
    const [row, column] = view.at(map);
    const area = mixed.side ** 2;
    const start = (row * map.width + column) * mixed.shown;
    const from = view.read(map, 0);
    const spatial = map.kind === "conv";
    const place = (i) => [row, column].map((at, axis) => at * map.stride - map.padding + map.dilation * (axis ? i % mixed.side : Math.floor(i / mixed.side)));
    const beyond = (i) => spatial && place(i).some((at, axis) => at < 0 || at >= [from.height, from.width][axis]);
    const under = (own) => Float32Array.from({ length: area }, (_, i) => {
      const [r, c] = spatial ? place(i) : [0, 0];
      return beyond(i) ? 0 : mixed.whole[(own * from.height + r) * from.width + c];
    });
    const kernelFull = largest(mixed.kernels) || 1;
    const terms = Array.from({ length: mixed.shown }, (_, s) => {
      const own = mixed.top[start + s];
      const window = mixed.windows?.subarray((start + s) * area, (start + s + 1) * area) ?? under(own);
      const kernel = mixed.kernels.subarray(own * area, (own + 1) * area);
      const exact = window.reduce((sum, value, i) => sum + value * kernel[i], 0) * 10 ** (3 - map.power);
      return { channel: own + mixed.first, window, kernel, exact, gives: Math.round(exact) };
    });
    const bias = units(mixed.bias, map.power);
    const total = view.count(map.index);
    const rest = () => total - bias - terms.reduce((sum, { gives }) => sum + gives, 0);
    const others = mixed.channels - mixed.shown;
    if (!others) share(terms, rest());
    const left = rest();
    const signed = (count) => (count < 0 ? "" : "+") + written(count, map.power);
    const shown = terms.map(({ channel, window, kernel, gives }) => element("figure", "term",
      element("figcaption", "", fill(view.words.in, { n: channel }), ...following(view, map, channel)),
      element("div", "row", grid(window, mixed.side, (v) => v / (from.scale || 1), view.cell, beyond, view.words.beyond), element("span", "sign", "·"),
        grid(kernel, mixed.side, (v) => v / kernelFull, view.cell), element("span", "sign", "≈"),
        element("span", "outcome", signed(gives)))));
    const rows = terms.map(({ channel, gives }) => [fill(view.words.in, { n: channel }), signed(gives)]);
    if (others) rows.push([others === 1 ? view.words.other : fill(view.words.others, { n: others }), signed(left)]);
    if (mixed.bias) rows.push([view.words.bias, signed(bias)]);
    const exact = others > 0 || left === 0;
    rows.push([`${view.words.total} ${exact ? "=" : "≈"}`, written(total, map.power)]);
    const ledger = element("table", "ledger", ...rows.map(([name, number], i) => element("tr", i === rows.length - 1 ? "sum-row" : "",
      element("td", "", name), element("td", "", number))));
    return [element("div", "terms", ...shown), ledger];
  },
  normalised(view, map) {
    const n = map.normalised;
    const [v, out] = [view.text(map.reads[0]), view.text(map.index)];
    const [gamma, beta, mean, sigma] = [n.gamma, n.beta, n.mean, n.sigma].map(four);
    const [a, b, c, d, e] = [v, gamma, beta, mean, sigma].map(asNumber);
    const same = units((b * (a - d)) / e + c, map.power) === view.count(map.index);
    const name = view.name(map, 0);
    return [
      line({ text: bracketed(gamma), symbol: "γ" }, "· (", { text: v, symbol: name }, MINUS, { text: bracketed(mean), symbol: "μ" }, ") /",
        { text: sigma, symbol: "σ" }, "+", { text: bracketed(beta), symbol: "β" }, same ? "=" : "≈", { text: out, symbol: view.label(map) }),
      element("p", "sentence", `σ = √(${four(n.variance)} + ε), ε = ${short(n.epsilon)}`),
    ];
  },
  relu: (view, map) => [line("max( 0,", { text: view.text(map.reads[0]), symbol: view.name(map, 0) }, ") =", { text: view.text(map.index), symbol: view.label(map) })],
  add(view, map) {
    const [one, other] = map.reads.map((read, i) => ({ text: bracketed(view.text(read)), symbol: view.name(map, i) }));
    return [line(one, "+", other, "=", { text: view.text(map.index), symbol: view.label(map) })];
  },
  scale(view, map) {
    const [one, gate] = map.reads.map((read, i) => ({ text: bracketed(view.text(read)), symbol: view.name(map, i) }));
    const same = units(asNumber(view.text(map.reads[0])) * asNumber(view.text(map.reads[1])), map.power) === view.count(map.index);
    return [line(one, "·", gate, same ? "=" : "≈", { text: view.text(map.index), symbol: view.label(map) })];
  },
  sigmoid: (view, map) => [line("1 / (1 + e^", { text: `${MINUS}${bracketed(view.text(map.reads[0]))}`, symbol: view.name(map, 0) }, ") ≈",
    { text: view.text(map.index), symbol: view.label(map) })],
  window(view, map) {
    const from = view.read(map, 0);
    const [row, column] = view.at(map);
    const side = map.kernel;
    const result = line("=", { text: view.text(map.index), symbol: view.label(map) });
    if (side > 7) return [element("p", "sentence", fill(view.words.mean, { n: from.height * from.width })), result];
    const place = (i) => [row * map.stride - map.padding + Math.floor(i / side), column * map.stride - map.padding + (i % side)];
    const inside = ([r, c]) => r >= 0 && c >= 0 && r < from.height && c < from.width;
    const mirrored = (i, length) => (i < 0 ? -i : i >= length ? 2 * (length - 1) - i : i);
    const cells = Array.from({ length: side * side }, (_, i) => place(i));
    const value = ([r, c]) => (map.how === "weighed" ? from.values[mirrored(r, from.height) * from.width + mirrored(c, from.width)] : inside([r, c]) ? from.values[r * from.width + c] : 0);
    const beyond = (i) => map.how !== "weighed" && !inside(cells[i]);
    const within = cells.filter(inside).length;
    const says = { largest: view.words.largest, mean: fill(view.words.mean, { n: within }), still: fill(view.words.mean, { n: side * side }), weighed: view.words.weighed }[map.how];
    return [element("div", "row", grid(cells.map(value), side, (v) => v / (from.scale || 1), view.cell, beyond, map.how === "still" ? view.words.beyond : view.words.left), element("span", "", says), result)];
  },
  taken(view, map) {
    if (!map.reads[0].single) return [element("p", "sentence", view.words.zero)];
    const [row, column] = view.at(map).map((i) => i * map.stride - map.padding);
    const from = view.read(map, 0);
    const within = row >= 0 && column >= 0 && row < from.height && column < from.width;
    return [element("p", "sentence", within ? fill(view.words.taken, { row, column }) : view.words.beyond), line({ text: view.text(map.index), symbol: view.label(map) })];
  },
};

function made(view, map) {
  if (map.kind === "enters") return [element("p", "sentence", view.words.enters)];
  if (!map.single && map.kind !== "add") return [element("p", "sentence", view.words.averaged)];
  const kind = map.mixed ? "mixed" : map.normalised ? "normalised" : map.how === "taken" ? "taken" : map.how ? "window" : map.kind;
  return MADE[kind](view, map);
}

