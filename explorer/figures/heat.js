// A map as figures/heat.py gives it, on a canvas over its photograph. What lasts is prepared once: it
// is the same element as before, and its strings are long.
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

// A map of cells as one of pixels, first along each row of cells, then down each column. A pixel's
// band says which cell is the first that it takes of, and how much of that one and of the next ones.
function spread(values, bands, side) {
  const [cells, band] = [Math.sqrt(values.length), bands.length / side];
  const wide = new Float32Array(cells * side);
  for (let x = 0, at = 0; x < side; x++, at += band)
    for (let r = 0; r < cells; r++)
      for (let n = 1, c = r * cells + bands[at]; n < band; n++, c++) wide[r * side + x] += bands[at + n] * values[c];
  const fine = new Float32Array(side * side);
  for (let y = 0, at = 0; y < side; y++, at += band)
    for (let n = 1, r = bands[at]; n < band; n++, r++)
      for (let x = 0; x < side; x++) fine[y * side + x] += bands[at + n] * wide[r * side + x];
  return fine;
}

function paint(photo, canvas, lasting, { values, full, sequence }) {
  if (canvas.lasting !== lasting) {
    const { dataset } = lasting;
    if (photo.src !== dataset.photo) photo.src = dataset.photo;
    const shades = new Uint32Array(bytes(dataset.colours).buffer);
    Object.assign(canvas, { lasting, shades, bands: floats(dataset.bands), side: Number(dataset.side) });
  }
  const { bands, shades, side } = canvas;
  const fine = spread(floats(values), bands, side);
  const image = new ImageData(side, side);
  if (!sequence || fine.some((value) => value > 0)) {
    const into = new Uint32Array(image.data.buffer);
    const zero = (shades.length - 1) / 2;
    for (let i = 0; i < fine.length; i++)
      into[i] = shades[Math.round(zero + zero * Math.max(-1, Math.min(1, fine[i] / full)))];
  }
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Draws now, and whenever hidden elements in a place change; returns what ends that.
function watch(component, place, draw) {
  component.watch?.disconnect();
  component.watch = new MutationObserver(draw);
  component.watch.observe(place, { childList: true, subtree: true });
  draw();
  return () => component.watch.disconnect();
}

