// Names the generated code already uses, or that JavaScript keeps for itself.
const TAKEN = new Set(
  (
    'id createdAt arguments eval default class new delete function return import export const let var void with yield ' +
    'await enum static null true false this super switch case break continue for while do if else in of try catch ' +
    'throw typeof instanceof extends implements interface package private protected public db desc asc and eq sql index ' +
    'zod text date time integer boolean numeric timestamp uuid health habits signups bookings messages checkIns ' +
    'search activity summary accounts appEvents pageTexts signIns jobRuns columns order matching csv words list values rows ' +
    'chosen changed found created facts fact totals total notices notice stars star backs back tsvector constructor prototype toString valueOf title'
  ).split(' '),
);

/** Fine for a field, whatever a list may not be called. */
const FINE_FOR_FIELDS = new Set('text date time title order summary index words list item'.split(' '));

/** Long enough to recognise, short enough for a line of code to hold several. */
export const LONGEST = 18;

/** `Distance (km)` as `distanceKm`; `undefined` where nothing usable is left, e.g. of a name in another script. */
export function identifier(label: string, what: 'field' | 'list' = 'field'): string | undefined {
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
  const isTaken = TAKEN.has(joined) && !(what === 'field' && FINE_FOR_FIELDS.has(joined));
  return isTaken ? `${joined}${what === 'field' ? 'Value' : 'List'}` : joined;
}
