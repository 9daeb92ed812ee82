// Tells the server what is picked in the picture that stands before it.
export default function ({ parentElement, setTriggerValue }) {
  const place = around(parentElement, "drawn_");
  const tell = ({ detail }) => setTriggerValue("pick", detail);
  place.removeEventListener("pick", place.tell);
  place.addEventListener("pick", tell);
  place.tell = tell;
}
