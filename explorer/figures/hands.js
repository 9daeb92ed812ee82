// A hand is quicker than the server: what the server shows may be of before a value that it was
// told. `place.told` has such values, after the one that is shown.
const tells = (place, value) => place.told.push(String(value));
// Whether what the server shows is to be taken: all that it was told is in it, or none of it is.
const isNews = (place, shown) => {
  const last = (place.told ??= []).lastIndexOf(String(shown));
  place.told = last < 0 ? [String(shown)] : place.told.slice(last);
  return place.told.length === 1;
};
