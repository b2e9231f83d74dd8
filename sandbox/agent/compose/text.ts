/**
 * A TypeScript string literal. Prompts are strangers' text: nothing else may put them into code. The quotes are those
 * that the formatter would choose: single ones, unless double ones need fewer escapes.
 */
export function literal(text: string): string {
  // Legal in JSON, line breaks in older JavaScript.
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  if (count(text, "'") > count(text, '"')) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const count = (text: string, character: string): number => text.split(character).length - 1;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `trainingRuns` as `training runs`. */
export const words = (identifier: string): string => identifier.replace(/([A-Z])/g, ' $1').toLowerCase();

/** `trainingRuns` as `training_runs`, as Drizzle's casing and people in SQL want it. */
export const snake = (identifier: string): string => words(identifier).replaceAll(' ', '_');

export const sortText = (list: readonly string[]): string[] => [...list].sort();

/** The formatter's line width, in the product and in what it builds. */
const WIDTH = 110;

/** Source on one line where it fits, else broken up. */
export const withinWidth = (oneLine: string, broken: string): string =>
  oneLine.length <= WIDTH ? oneLine : broken;
