// Names the generated code already uses, or that JavaScript keeps for itself.
const TAKEN = new Set(
  (
    'id createdAt arguments eval default class new delete function return import export const let var void with yield ' +
    'await enum static null true false this super switch case break continue for while do if else in of try catch ' +
    'throw typeof instanceof extends implements interface package private protected public db desc eq zod text date ' +
    'integer boolean timestamp uuid health habits signups checkIns constructor prototype toString'
  ).split(' '),
);

/** Long enough to recognise, short enough for a line of code to hold several. */
export const LONGEST = 18;

/** `Distance (km)` as `distanceKm`; `undefined` where nothing usable is left, e.g. of a name in another script. */
export function identifier(label: string): string | undefined {
  const ascii = label.normalize('NFKD').replace(/[^\p{ASCII}]/gu, '');
  const [first = '', ...rest] = ascii
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const joined = rest
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .reduce(
      (name, word) => (name.length + word.length <= LONGEST ? name + word : name),
      first.slice(0, LONGEST),
    );
  if (!/^[a-z]/.test(joined)) return undefined;
  return TAKEN.has(joined) ? `${joined}Value` : joined;
}
