
// The page around the picture: opens the view of the block that was picked, and closes it.
const detail = document.querySelector("#block");
let chosen = "";

function show(name) {
  chosen = name === chosen ? "" : name;
  const parentElement = document.querySelector("#stream");
  draw({ data: { chosen }, parentElement, setTriggerValue: (_, { what }) => show(what) });
  detail.hidden = !chosen;
  if (!chosen) return;
  const view = document.getElementById(chosen);
  detail.querySelector("h2").textContent = chosen;
  detail.querySelector("p").textContent = view.dataset.words;
  draw({ data: { svg: view.innerHTML }, parentElement: detail, setTriggerValue: () => {} });
}

// Runs of equal blocks stay folded here: each is shown by its first.
for (const fold of document.querySelectorAll(".fold")) fold.removeAttribute("role");
document.addEventListener("keydown", (event) => { if (event.key === "Escape") show(chosen); });
show(document.body.dataset.open);
