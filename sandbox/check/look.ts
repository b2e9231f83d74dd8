/** What a check of the page found. `how` says what looked: a browser, or a walk over the modules it is made of. */
export type Look = {
  readonly how: 'browser' | 'modules';
  readonly ok: boolean;
  /** Nothing was found wrong, and not all could be looked at in the time there was: a slow machine proves nothing. */
  readonly late?: true;
  /** What is wrong, or what was seen, in words for the agent and the visitor. */
  readonly detail: string;
};

const MAX_CHARACTERS = 1_500;
const MAX_ERRORS = 5;

/** Each error once, the first few: the rest is mostly what follows from them. */
export const listed = (errors: readonly string[]): string =>
  [...new Set(errors.map((error) => error.trim()))].slice(0, MAX_ERRORS).join('\n').slice(0, MAX_CHARACTERS);
