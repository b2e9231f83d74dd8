/** Control characters (an ANSI sequence begins with one), odd line separators, and marks that turn text around. */
const DECEPTIVE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text of unknown origin on one line, with everything that could fool a terminal or a reader written out. */
export const neutralise = (text: string): string =>
  text.replaceAll(DECEPTIVE, (character) => (character === '\n' ? '⏎' : writtenOut(character)));

/** The same for a line of JSON, where such characters stand inside strings only: it stays the same JSON. */
export const neutraliseJson = (line: string): string =>
  line.replaceAll(DECEPTIVE, (character) => (character === '\n' ? character : writtenOut(character)));

const writtenOut = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** Every string in it, keys included. Stacks keep their lines, each neutralised. */
export const neutraliseDeep = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') {
    return key === 'stack' ? value.split('\n').map(neutralise).join('\n') : neutralise(value);
  }
  if (Array.isArray(value)) return value.map((item) => neutraliseDeep(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [neutralise(k), neutraliseDeep(v, k)]));
};
