import type { Understanding } from '../../../sandbox/agent/understand/understand.ts';

export const INTRODUCTION =
  'Hello! I am mk0r’s offline stand-in: I follow rules and am not a language model, so I write pages from the parts I know.\n\n';

const ABILITIES =
  ' I can write lists of anything (“A recipe book with search”), a habit tracker, a waitlist, a booking or contact form, a pricing page; and change them: “Add a notes field”, “Add a chart”, “Sort by newest”, “Make it dark”, “Call it Momentum”.';

export const FOREIGN =
  'This page was not written by me, and I change only what I understand, so I left it as it is. Make it a full app, or start a new page.';

export const ASKS_FOR_APP = /\b(full|real)\s+app\b/i;
export const FULL_APP =
  'A page has no backend, so I changed nothing. The button “Make it a full app”, above our conversation, gives it one.';

type Meant = Extract<Understanding, { kind: 'build' | 'change' }>;

/** Why nothing changes. */
export const unchanged = (meaning: Exclude<Understanding, Meant>): string => {
  switch (meaning.kind) {
    case 'already':
      return `The page already has ${meaning.what.join(' and ')}, so I changed nothing.`;
    case 'cannot':
      return `I changed nothing: ${meaning.why.join('; ')}.`;
    case 'refused':
      return `I do not do that, and changed nothing. Tell me what to write, or what to change about the page.${ABILITIES}`;
    case 'undo':
      return 'Undo and redo are buttons above the preview. I changed nothing.';
    case 'again':
      return 'There is nothing to repeat: the page is as it was.';
    case 'unknown':
      return meaning.script === 'other'
        ? `I read English, and a little German, Spanish and French, but not this, so I changed nothing.${ABILITIES}`
        : `I did not understand that, so I changed nothing.${ABILITIES}`;
  }
};

const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const needsBackend = (missing: readonly string[]): string =>
  `A page without a backend cannot have ${list(missing)}, so I wrote nothing. Make it a full app for that.`;

const FORM =
  'What people enter stays in their own browser, where only they see it: to collect it, make it a full app.';
const KEPT = 'What you enter stays in your browser.';

export const summary = (meaning: Meant, missing: readonly string[]): string => {
  const hasForm = meaning.spec.parts.some(({ kind }) => kind === 'form');
  const did =
    meaning.kind === 'build'
      ? `“${meaning.spec.title}” is written, in one file. ${hasForm ? FORM : KEPT}`
      : `Changed: ${list(meaning.done)}. What you have entered is not touched.`;
  return [
    did,
    missing.length === 0
      ? ''
      : `Left out, since a page has no backend: ${list(missing)}. A full app can have that.`,
    meaning.left.length === 0 ? '' : `Not done: ${list(meaning.left)}.`,
    meaning.refused ? 'I did not do what no builder should.' : '',
  ]
    .filter((text) => text !== '')
    .join(' ');
};
