// Parts of a picture that stood in the last one move to their new places; new ones appear.
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const MOST = 250; // parts: more are drawn at once

// Where every part of a drawn picture stands, in its own units.
function placesOf(svg) {
  const parts = svg ? [...svg.querySelectorAll("[data-part]")] : [];
  return new Map(parts.map((part) => [part.dataset.part, part.getBBox()]));
}

function moveFrom(before, svg, after) {
  if (STILL.matches || !before?.size || !after.size || after.size > MOST) return;
  for (const part of svg.querySelectorAll("[data-part]")) {
    const [was, is] = [before.get(part.dataset.part), after.get(part.dataset.part)];
    const by = was && `translate(${was.x - is.x}px, ${was.y - is.y}px) ` +
      `scale(${was.width / is.width || 1}, ${was.height / is.height || 1})`;
    const [start, end] = was ? [{ transform: by }, { transform: "none" }] : [{ opacity: 0 }, { opacity: 1 }];
    part.style.transformBox = "fill-box";
    part.style.transformOrigin = "0 0";
    part.animate([start, end], { duration: 180, easing: "ease-out" });
  }
}
