// The values of a section as they came, unpacked: what is written alike has one power of ten.
// Numbers that are added up, compared or handed on are written with the same digits.
function agree(maps) {
  for (let again = true; again; ) {
    again = false;
    for (const map of maps) {
      if (!["add", "relu"].includes(map.kind) && map.how !== "taken" && map.how !== "largest") continue;
      const group = [map, ...map.reads.map((read) => (read.values ? read : maps[read.value]))];
      const power = Math.max(...group.map((one) => one.power));
      again ||= group.some((one) => one.power !== power);
      for (const one of group) one.power = power;
    }
  }
}

function unpack(given) {
  const whole = (text) => new Uint16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const maps = given.map((map, index) => {
    const values = floats(map.values);
    const { mixed } = map;
    const some = (text) => text && floats(text);
    const sums = mixed && { ...mixed, kernels: floats(mixed.kernels), windows: some(mixed.windows), whole: some(mixed.whole), top: whole(mixed.top) };
    const full = largest(values);
    return { ...map, index, values, full, power: powerOf(full), mixed: sums, reads: (map.reads ?? []).map((read) => ({ ...read })) };
  });
  for (const map of maps) for (const read of map.reads) if (read.values) {
    const { height, width, factor } = maps[read.value];
    const values = floats(read.values);
    Object.assign(read, { values, height, width, factor, power: powerOf(largest(values)) });
  }
  agree(maps);
  return maps;
}

