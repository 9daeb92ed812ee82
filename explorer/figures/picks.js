// Tells the server what is picked in the picture that stands before it, or was before this came.
export default function ({ parentElement, setTriggerValue }) {
  const place = around(parentElement, "drawn_");
  if (!place) return; // its picture has gone meanwhile
  place.tell = (picked) => setTriggerValue("pick", picked);
  if (place.untold) place.tell(place.untold);
  place.untold = null;
}
