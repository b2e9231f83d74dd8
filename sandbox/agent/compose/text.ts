/** A TypeScript string literal in single quotes. Prompts are strangers' text: nothing else may put them into code. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  // Legal in JSON, line breaks in older JavaScript.
  const safe = escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  // The formatter's own rule: the quote that needs fewer escapes.
  return text.includes("'") && !text.includes('"') ? `"${safe.replaceAll("\\'", "'")}"` : `'${safe}'`;
}

export const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `trainingRuns` as `training runs`. */
export const words = (identifier: string): string => identifier.replace(/([A-Z])/g, ' $1').toLowerCase();

/** `trainingRuns` as `training_runs`, as Drizzle's casing and people in SQL want it. */
export const snake = (identifier: string): string => words(identifier).replaceAll(' ', '_');

export const sortText = (list: readonly string[]): string[] => [...list].sort();
