// A photograph under its heat, both read from hidden elements beside this one, and drawn in the frame
// in which those change. The slider answers here; the server learns where it was let go.
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [photo, heat, slider] = [find(".photo"), find(".heat"), find("input")];
  const place = around(parentElement, "overlaid");

  const draw = () => {
    const [lasting, told] = ["[data-bands]", "[data-map]"].map((name) => place.querySelector(name));
    if (!lasting || !told || (heat.lasting === lasting && heat.told === told)) return;
    heat.told = told;
    const said = JSON.parse(told.dataset.map);
    paint(photo, heat, lasting, said);
    find("figure").style.maxWidth = `${heat.width}px`;
    photo.alt = said.alt;
    for (const name of ["low", "high", "unit"]) find(`.${name}`).textContent = said.scale[name];
    find(".bar").src = said.scale.bar;
    find(".bar").alt = said.bar;
  };
  const unwatch = watch(parentElement, place, draw);

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
  return unwatch;
}
