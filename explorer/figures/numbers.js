// How values are written and coloured, wherever they are shown as maps.
const MINUS = "\u2212";

// One way of writing for all numbers of a view: four digits for the largest, a common power of ten.
function writer(full) {
  const power = full > 0 ? Math.floor(Math.log10(full)) : 0;
  const plain = power >= -3 && power <= 3;
  const scale = plain ? 1 : 10 ** power;
  const digits = plain ? 3 - power : 3;
  const write = (value) => {
    const text = (Math.abs(value) / scale).toFixed(digits);
    return (value < 0 && Number(text) !== 0 ? MINUS : "") + text;
  };
  return { write, unit: plain ? "" : ` × 10^${power}`.replace("-", MINUS) };
}

// A sentence of the page with its fields filled.
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const floats = (text) =>
  new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

const element = (kind, name, ...inside) => {
  const made = document.createElement(kind);
  made.className = name;
  made.append(...inside);
  return made;
};

// Five stops from the strongest negative to the strongest positive, as the theme has them now.
function palette(root) {
  const stops = [...root.querySelectorAll(".stop")].map((stop) =>
    getComputedStyle(stop).color.match(/[\d.]+/g).slice(0, 3).map(Number));
  return (share, into, at) => {
    const place = (Math.max(-1, Math.min(1, share)) + 1) * 2;
    const low = Math.min(3, Math.floor(place));
    for (let i = 0; i < 3; i++)
      into[at + i] = stops[low][i] + (place - low) * (stops[low + 1][i] - stops[low][i]);
    into[at + 3] = 255;
  };
}

function paint(canvas, shares, width, colour) {
  const image = new ImageData(width, shares.length / width);
  shares.forEach((share, i) => colour(share, image.data, 4 * i));
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// A number as so many units of 10^(power - 3): what is added up is added up in these.
const powerOf = (full) => (full > 0 ? Math.floor(Math.log10(full)) : 0);
const units = (value, power) => Math.round(value * 10 ** (3 - power)) || 0;
function written(count, power) {
  const size = Math.abs(count);
  const sign = count < 0 ? MINUS : "";
  if (power >= -3 && power <= 3) return sign + (size / 10 ** (3 - power)).toFixed(3 - power);
  return `${sign}${(size / 1000).toFixed(3)}·10${raised(power)}`;
}
const raised = (power) => [...String(power)].map((d) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[d === "-" ? 0 : Number(d) + 1]).join("");
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
