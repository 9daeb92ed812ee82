// A block's terms as maps on one scale; a cell chosen in any of them is marked in all and read out.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".values");
  const host = root.querySelector(".maps");
  const terms = data.terms.map((term) => ({ ...term, values: floats(term.values) }));
  const side = terms.at(-1).side;
  const full = Math.max(...terms.map(({ values }) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0)));
  const { write, unit } = writer(full);

  const word = (before) => element("span", /\w/.test(before) ? "before word" : "before", before);
  host.replaceChildren(...terms.flatMap((term) => {
    const canvas = element("canvas", "map");
    const frame = element("div", "frame", canvas, element("i", "mark"));
    const symbol = element("span", "symbol", term.symbol);
    const caption = element("figcaption", "", element("span", "inline", term.before ? `${term.before} ` : ""), symbol,
      element("span", "note", term.note));
    Object.assign(term, { canvas, frame });
    return [...(term.before ? [word(term.before)] : []), element("figure", "", frame, caption)];
  }));
  host.setAttribute("aria-label", `${data.lens}: ${terms.map((t) => `${t.before} ${t.symbol}`).join(" ")}`);
  const { words } = data;
  host.setAttribute("aria-roledescription", words.maps);
  root.querySelector("img").alt = words.picture;
  root.querySelector("img").src = data.view;
  root.querySelector(".most").textContent = `+${write(full)}${unit}`;
  root.querySelector(".least").textContent = `${MINUS}${write(full)}${unit}`;

  const draw = () => {
    const colour = palette(root);
    for (const { canvas, values, side } of terms) paint(canvas, values.map((v) => v / (full || 1)), side, colour);
    paint(root.querySelector(".scale canvas"), Float32Array.from({ length: 241 }, (_, i) => i / 120 - 1), 241, colour);
  };
  draw();
  root.ontransitionend = draw;

  // Where a cell of y lies in a term: x may be finer, and the shortcut takes some cells of it.
  const within = (term, [row, column]) => {
    if (term.side === side) return { top: row, left: column, height: 1, width: 1 };
    const [top, left] = [row * data.stride, column * data.stride];
    const reach = (start) => Math.min(data.reach, term.side - start);
    return { top, left, height: reach(top), width: reach(left) };
  };
  const read = (term, cell) => {
    const { top, left, height, width } = within(term, cell);
    let sum = 0;
    for (let r = top; r < top + height; r++)
      for (let c = left; c < left + width; c++) sum += term.values[r * term.side + c];
    return sum / (height * width);
  };
  const place = (mark, { top, left, height, width }, side) => {
    for (const [name, cells] of Object.entries({ top, left, height, width }))
      mark.style[name] = `${(100 * cells) / side}%`;
  };

  // To begin with, the cell where the two that are added are largest together.
  const plus = terms.findIndex(({ before }) => before === "+");
  const factors = plus > 0 ? [terms[plus - 1], terms[plus]] : [terms.at(-1)];
  const strongest = () => {
    const weigh = (i) => Math.abs(factors.reduce((product, { values }) => product * values[i], 1));
    const at = factors[0].values.reduce((best, _, i) => (weigh(i) > weigh(best) ? i : best), 0);
    return [Math.floor(at / side), at % side];
  };
  const product = factors.map(({ symbol }) => symbol).join(" · ");
  root.querySelector(".how").textContent = fill(words.how, { product });
  // The place chosen stays, in shares of the side, when another block or channel is shown.
  const cell = () => root.chosen?.map((share) => Math.min(side - 1, Math.floor(share * side))) ?? strongest();
  const choose = (row, column) => {
    const inside = (i) => Math.max(0, Math.min(side - 1, i));
    root.chosen = [row, column].map((i) => (inside(i) + 0.5) / side);
    mark();
  };

  const mark = () => {
    const at = cell();
    const numbers = terms.map((term) => write(read(term, at)));
    for (const term of terms) place(term.frame.querySelector(".mark"), within(term, at), term.side);
    const pixels = root.querySelector("img").naturalWidth || 1;
    const [top, left] = at.map((i) => data.centre + data.jump * i - data.jump / 2 + 0.5);
    place(root.querySelector(".seen .mark"), { top, left, height: data.jump, width: data.jump }, pixels);
    const [row, column] = at;
    const where = fill(words.where, { lens: data.lens, row, column, side });
    root.querySelector(".where").textContent = unit ? fill(words.units, { where, unit: unit.replace(" × ", "") }) : where;
    root.querySelector(".sum").replaceChildren(...terms.flatMap(({ before, symbol }, i) => {
      const bare = ["+", MINUS].includes(before) && numbers[i].startsWith(MINUS) ? `(${numbers[i]})` : numbers[i];
      const part = element("span", "part", element("span", "number", bare), element("span", "symbol", symbol));
      return [...(before ? [element("span", "sign", before)] : []), part];
    }));
    const each = terms.map(({ symbol }, i) => `${symbol} ${numbers[i]}`).join(words.between);
    root.querySelector(".said").textContent = fill(words.said, { row, column, numbers: each + unit });
  };
  root.querySelector("img").onload = mark;
  mark();

  host.onpointermove = host.onpointerdown = (event) => {
    const term = terms.find(({ frame }) => frame === event.target.closest(".frame"));
    if (!term) return;
    const box = term.canvas.getBoundingClientRect();
    const step = term.side === side ? 1 : data.stride;
    const at = (from, length) => Math.floor((((event[from[0]] - box[from[1]]) / length) * term.side) / step);
    choose(at(["clientY", "top"], box.height), at(["clientX", "left"], box.width));
  };
  host.onkeydown = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Home") { root.chosen = undefined; mark(); }
    else if (step) choose(cell()[0] + step[0], cell()[1] + step[1]);
    else return;
    event.preventDefault();
  };
}
