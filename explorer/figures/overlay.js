// A photograph under a heat map, both read from hidden elements beside this one, and drawn in the
// frame in which those change. The slider answers here; the server learns where it was let go.
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

// The first cell of a row of pixels that counts, and the one after the last.
function span(rows, pixel, cells) {
  const own = rows.subarray(pixel * cells, (pixel + 1) * cells);
  let [first, end] = [0, cells];
  while (own[first] === 0) first++;
  while (own[end - 1] === 0) end--;
  return { own, first, end };
}

// A map of cells as one of pixels: rows · values · rowsᵀ.
function spread(values, rows) {
  const cells = Math.sqrt(values.length);
  const side = rows.length / cells;
  const pixels = Array.from({ length: side }, (_, pixel) => span(rows, pixel, cells));
  const wide = new Float32Array(cells * side); // every row of cells, as wide as the picture
  for (let r = 0; r < cells; r++)
    pixels.forEach(({ own, first, end }, x) => {
      for (let c = first; c < end; c++) wide[r * side + x] += own[c] * values[r * cells + c];
    });
  const fine = new Float32Array(side * side);
  pixels.forEach(({ own, first, end }, y) => {
    for (let r = first; r < end; r++)
      for (let x = 0; x < side; x++) fine[y * side + x] += own[r] * wide[r * side + x];
  });
  return fine;
}

function paint(canvas, fine, { colours, full, sequence }) {
  const side = Math.sqrt(fine.length);
  const image = new ImageData(side, side);
  if (!sequence || fine.some((value) => value > 0)) {
    const shades = new Uint32Array(bytes(colours).buffer);
    const pixels = new Uint32Array(image.data.buffer);
    const zero = (shades.length - 1) / 2;
    for (let i = 0; i < fine.length; i++)
      pixels[i] = shades[Math.round(zero + zero * Math.max(-1, Math.min(1, fine[i] / full)))];
  }
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [photo, heat, slider] = [find(".photo"), find(".heat"), find("input")];
  const place = parentElement.host.closest(".st-key-overlaid");
  const given = (name) => place.querySelector(`[data-${name}]`)?.dataset[name];

  const draw = () => {
    const [source, rows, map] = ["photo", "rows", "map"].map(given);
    if (!source || !rows || !map) return;
    if (photo.src !== source) photo.src = source;
    if (heat.rows === rows && heat.map === map) return;
    Object.assign(heat, { rows, map });
    const said = JSON.parse(map);
    paint(heat, spread(floats(said.values), floats(rows)), said);
    find("figure").style.maxWidth = `${heat.width}px`;
    photo.alt = said.alt;
    for (const name of ["low", "high", "unit"]) find(`.${name}`).textContent = said.scale[name];
    find(".bar").src = said.scale.bar;
    find(".bar").alt = said.bar;
  };
  parentElement.watch?.disconnect();
  parentElement.watch = new MutationObserver(draw);
  parentElement.watch.observe(place, { childList: true, subtree: true });
  draw();

  find(".word").textContent = data.words.opacity;
  slider.ariaLabel = data.words.label;
  const apply = () => {
    heat.style.opacity = slider.value / 100;
    find("output").textContent = `${slider.value} %`;
  };
  // The server's word counts when it is new; else the slider stays where a hand has left it.
  if (slider.heard !== data.opacity) slider.value = slider.heard = data.opacity;
  slider.oninput = apply;
  slider.onchange = () => setTriggerValue("opacity", slider.value);
  apply();
  return () => parentElement.watch.disconnect();
}
