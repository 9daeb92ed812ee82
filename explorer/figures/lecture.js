// Keys of a lecture, and of the notes that its speaker has in another window: both press the buttons
// beside this, and tell the other where they stand. A presenter's clicker sends the page keys.
const KEYS = {
  " ": "next", ArrowRight: "next", PageDown: "next", Enter: "next",
  ArrowLeft: "previous", PageUp: "previous", Escape: "leave",
};

export default function ({ data, parentElement, setTriggerValue }) {
  const { at, window: here } = data;
  const press = (name) =>
    within(around(parentElement, "lecture_bar"), `lecture_${name}`)?.querySelector("button")?.click();
  // Keys belong to what has the focus; but below the screen, where a button keeps it after a click,
  // the space bar goes on all the same.
  const busy = (event) => {
    const [element] = event.composedPath();
    if (element.matches?.("input, textarea, [role=slider], [role=radio], [role=combobox]")) return true;
    const native = keyed(element, "lecture_bar") ? ["Enter"] : [" ", "Enter"];
    return element.matches?.("button, a, summary") && native.includes(event.key);
  };
  const hear = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event)) return;
    if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.();
    } else if (event.key in KEYS) press(KEYS[event.key]);
    else return;
    event.preventDefault();
  };
  parentElement.heard?.abort(); // this is run again whenever the page is
  parentElement.heard = new AbortController();
  const { signal } = parentElement.heard;
  document.addEventListener("keydown", hear, { signal });

  const channel = (parentElement.channel ??= new BroadcastChannel("resnet-lecture"));
  channel.onmessage = ({ data: told }) => {
    if (told.from === here || String(told.at) === String(parentElement.at)) return;
    parentElement.at = told.at;
    setTriggerValue("follow", { to: told.at, at: Date.now() });
  };
  if (String(parentElement.at) !== String(at)) {
    parentElement.at = at;
    channel.postMessage({ at, from: here });
  }
  return () => parentElement.heard.abort();
}
