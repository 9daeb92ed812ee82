// A box in a picture: drawn anew beside it, moved by itself, by arrow keys too. It is told when it
// rests, in whole per cent of the side.
const REST = 400; // ms after the last key

export default function ({ data, parentElement, setTriggerValue }) {
  const stack = parentElement.querySelector(".stack");
  const photo = stack.querySelector("img");
  const box = stack.querySelector(".box");
  const { view, at, words } = data;
  photo.src = view;
  stack.setAttribute("aria-label", words.label);
  parentElement.querySelector("figcaption").textContent = words.how;
  if (isNews(stack, at) && !stack.held && !stack.timer) stack.at = at;

  const draw = () => {
    const [left, top, width, height] = stack.at.map((edge) => `${edge}%`);
    Object.assign(box.style, { left, top, width, height });
    stack.setAttribute("aria-description", stack.at.join(", "));
  };
  const within = (least, value, most) => Math.max(least, Math.min(most, value));
  // At least one per cent each way, all of it in the picture.
  const put = (left, top, width, height) => {
    const w = within(1, Math.round(width), 100), h = within(1, Math.round(height), 100);
    stack.at = [within(0, Math.round(left), 100 - w), within(0, Math.round(top), 100 - h), w, h];
    draw();
  };
  const tell = () => {
    clearTimeout(stack.timer);
    stack.timer = null;
    if (stack.told.at(-1) === stack.at.join()) return;
    tells(stack, stack.at);
    setTriggerValue("box", { to: stack.at, at: Date.now() });
  };
  const place = (event) => {
    const area = stack.getBoundingClientRect();
    const share = (from, start, size) => within(0, (100 * (from - start)) / size, 100);
    return [share(event.clientX, area.left, area.width), share(event.clientY, area.top, area.height)];
  };

  stack.onpointerdown = (event) => {
    const [x, y] = place(event);
    stack.setPointerCapture(event.pointerId);
    stack.held = { x, y, from: stack.at, moves: event.target === box };
  };
  stack.onpointermove = (event) => {
    if (!stack.held) return;
    const { x, y, from, moves } = stack.held, [a, b] = place(event);
    if (moves) put(from[0] + a - x, from[1] + b - y, from[2], from[3]);
    else if (Math.hypot(a - x, b - y) > 1) put(Math.min(a, x), Math.min(b, y), Math.abs(a - x), Math.abs(b - y));
  };
  stack.onpointerup = stack.onpointercancel = () => {
    stack.held = null;
    tell();
  };
  stack.onkeydown = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [left, top, width, height] = stack.at, [x, y] = step;
    if (event.shiftKey) put(left, top, within(1, width + x, 100 - left), within(1, height + y, 100 - top));
    else put(left + x, top + y, width, height);
    clearTimeout(stack.timer);
    stack.timer = setTimeout(tell, REST);
  };
  stack.onblur = tell;
  draw();
}
