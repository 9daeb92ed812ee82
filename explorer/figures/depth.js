// A slider over depths that answers while it is dragged: the next depth is sent as soon as the
// picture of the last one is drawn, so that whatever the server can do is what is seen.
const REST = 400; // ms after a key, or for a depth that brought no picture

export default function ({ data, parentElement, setTriggerValue }) {
  const slider = parentElement.querySelector("input");
  const said = parentElement.querySelector("output");
  const { depths, depth, words } = data;
  const at = () => depths[slider.value];
  const tell = (rests) => {
    slider.sent = rests ? undefined : at();
    tells(slider, at());
    setTriggerValue("slide", { to: at(), rests, at: Date.now() });
  };
  const soon = (then) => {
    clearTimeout(slider.timer);
    slider.timer = setTimeout(then, REST);
  };
  const say = () => {
    said.textContent = words.layers.replace("{n}", at());
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  const follow = () => {
    const behind = slider.moving && slider.sent !== undefined && slider.sent !== at();
    slider.sent = undefined;
    if (behind) tell(false);
  };
  const rest = () => {
    clearTimeout(slider.timer);
    if (slider.moving) tell(true);
    slider.moving = slider.held = false;
  };

  slider.max = depths.length - 1;
  slider.setAttribute("aria-label", words.label);
  // While it moves, and until the server has heard where to, the thumb stays where it was put.
  if (isNews(slider, depth) && !slider.moving) slider.value = depths.indexOf(depth);
  say();

  slider.oninput = () => {
    slider.moving = true;
    say();
    if (slider.sent === undefined) tell(false);
    soon(slider.held ? follow : rest);
  };
  slider.onpointerdown = () => { slider.held = true; };
  slider.onpointerup = slider.onpointercancel = slider.onblur = rest;
  const drawn = (event) => isKeyed(event.target, "drawn_stream") && follow();
  document.addEventListener("drawn", drawn);
  return () => document.removeEventListener("drawn", drawn);
}
