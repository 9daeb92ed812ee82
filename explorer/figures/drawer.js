
// One for the whole page. Streamlit calls a component after the frame in which its element came, and
// after whatever else has arrived by then. This one is there already and sees a picture's element
// come, so that a picture is drawn in the same frame as the words around it.
export default function ({ data, parentElement, setTriggerValue }) {
  // For screen readers, and for the Chinese forms of letters.
  document.documentElement.lang = data.language;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styleOf(parentElement));

  // A stage that is pointed at in one picture, or reached by key, lights up in all.
  const stageOf = (part) => part?.dataset.stage ?? part?.dataset.name?.split(".")[0];
  const light = (event) => {
    const stage = event.type === "pointerleave" ? undefined : stageOf(event.target.closest("[data-stage], .block"));
    for (const { shadowRoot } of document.querySelectorAll("[data-svg]"))
      for (const part of shadowRoot?.querySelectorAll("[data-stage], .block") ?? [])
        part.classList.toggle("lit", stage !== undefined && stageOf(part) === stage);
  };
  const frame = (host) => {
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.addEventListener("pointerover", light);
    root.addEventListener("focusin", light);
    host.addEventListener("pointerleave", light);
    root.innerHTML = '<div class="picture"></div><div class="tip" role="tooltip" hidden></div>';
    return root;
  };
  const show = (host) => {
    const place = keyed(host, "drawn_");
    const { chosen } = place.querySelector("[data-chosen]").dataset;
    if (host.chosen === chosen) return;
    host.chosen = chosen;
    draw({
      data: { svg: host.dataset.svg, chosen },
      parentElement: host.shadowRoot ?? frame(host),
      setTriggerValue: (_, picked) => (place.tell ? place.tell(picked) : (place.untold = picked)),
    });
    const stream = host.shadowRoot.querySelector("svg.stream");
    const places = placesOf(stream);
    moveFrom(place.parts, stream, places);
    place.parts = places;
    place.dispatchEvent(new Event("drawn", { bubbles: true }));
  };
  // A session has the secret of its tab as soon as there is something to keep; the browser keeps it
  // for the next one, after a reload, a sleep or a restart of the server.
  const tell = () => setTriggerValue("tab", { token: sessionStorage.getItem("tab") ?? "" });
  const remember = (host) => {
    if (host.told) return;
    host.told = true;
    if (host.dataset.tab) sessionStorage.setItem("tab", host.dataset.tab);
    else if (sessionStorage.getItem("tab") || host.dataset.waits) tell();
  };
  // Another page of a book begins at its top.
  const turn = ({ dataset: { leaf } }) => {
    if (parentElement.leaf !== undefined && parentElement.leaf !== leaf) scroller().scrollTo(0, 0);
    parentElement.leaf = leaf;
  };
  const all = () => {
    document.querySelectorAll("[data-leaf]").forEach(turn);
    document.querySelectorAll("[data-tab]").forEach(remember);
    document.querySelectorAll("[data-svg]").forEach(show);
  };
  parentElement.watch?.disconnect();
  parentElement.watch = new MutationObserver(all);
  parentElement.watch.observe(document.body, { childList: true, subtree: true });
  all();
  // Who comes back may find another session there, of which Streamlit would know nothing until the
  // next change, and would then swallow that.
  parentElement.connection?.disconnect();
  parentElement.connection = whenBack(tell);
  return () => [parentElement.watch, parentElement.connection].forEach((each) => each.disconnect());
}
