/** Every shape in which a value could lie somewhere in the open. */
const shapesOf = (value: string): readonly string[] => {
  const bytes = Buffer.from(value);
  return [
    ...new Set([
      value,
      // As UTF-8 reads in a text that was decoded byte by byte.
      bytes.toString('latin1'),
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      ...[0, 1, 2].flatMap((before) => base64Within(bytes, before)),
    ]),
  ];
};

/** What base64 makes of the bytes wherever they begin in a longer text: without the characters a neighbour shares. */
const base64Within = (bytes: Buffer, before: number): readonly string[] => {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((whole.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((form) => whole.toString(form).slice(from, to));
};

export type Place = { readonly name: string; readonly text: string };
export type Secrets = Readonly<Record<string, string>>;

/** Which secrets lie where, as `<secret> in <place>`; never the values themselves, since this ends up in a report. */
export const findSecrets = (secrets: Secrets, places: readonly Place[]): readonly string[] => {
  const shapes = Object.entries(secrets).map(([secret, value]) => {
    if (value.length < 12) throw new Error(`${secret} is too short to search for.`);
    return { secret, shapes: shapesOf(value) };
  });
  return places.flatMap(({ name, text }) =>
    shapes
      .filter(({ shapes }) => shapes.some((shape) => text.includes(shape)))
      .map(({ secret }) => `${secret} in ${name}`),
  );
};
