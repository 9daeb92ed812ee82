// A photograph under a heat map. The slider answers here; the server learns where it was let go.
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [photo, heat, slider] = [find(".photo"), find(".heat"), find("input")];
  if (photo.src !== data.photo) photo.src = data.photo;
  if (heat.src !== data.heat) heat.src = data.heat;
  photo.alt = data.alt;
  find("figure").style.maxWidth = `${data.size}px`;
  for (const name of ["low", "high", "unit"]) find(`.${name}`).textContent = data.scale[name];
  find(".bar").src = data.scale.bar;
  find(".bar").alt = `Colours from ${data.scale.low} to ${data.scale.high} ${data.scale.unit}`;
  const apply = () => {
    heat.style.opacity = slider.value / 100;
    find("output").textContent = `${slider.value} %`;
  };
  // The server's word counts when it is new; else the slider stays where a hand has left it.
  if (slider.heard !== data.opacity) slider.value = slider.heard = data.opacity;
  slider.oninput = apply;
  slider.onchange = () => setTriggerValue("opacity", slider.value);
  apply();
}
