/** What JSON leaves as it is and a terminal obeys, or does not show: C1 controls, and marks that turn text around. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** JSON for whoever reads it in a terminal: every such character written out, so that it still is the same JSON. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(UNSEEN, writtenOut);

const writtenOut = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
