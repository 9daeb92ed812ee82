// A photograph under a heat map. The slider answers here, without the server.
export default function ({ data, parentElement }) {
  const [photo, heat] = parentElement.querySelectorAll("img");
  const slider = parentElement.querySelector("input");
  const said = parentElement.querySelector("output");
  if (photo.src !== data.photo) photo.src = data.photo;
  if (heat.src !== data.heat) heat.src = data.heat;
  photo.alt = data.alt;
  parentElement.querySelector("figure").style.maxWidth = `${data.size}px`;
  const apply = () => {
    heat.style.opacity = slider.value / 100;
    said.textContent = `${slider.value} %`;
  };
  slider.oninput = apply;
  apply();
}
