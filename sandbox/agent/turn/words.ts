import { PLACEHOLDER_OWNER } from '../parts/waitlist/part.ts';
import { type AppSpec, partId } from '../spec.ts';
import type { Understanding } from '../understand/understand.ts';
import type { Environment } from '../work/environment.ts';
import type { Applied } from './apply.ts';

export const INTRODUCTION =
  'Hello! I am mk0r’s offline stand-in: I follow rules and am not a language model, so I build from the parts I know.\n\n';

export const ABILITIES = `

I can build:
- a habit tracker: “Build me a habit tracker. The streaks should survive a page refresh.”
- a waitlist: “A waitlist that stores each signup and mails me at me@example.com”
- a list of anything: “A recipe book”, “Track my runs”, “A list of plants with a name, a place and notes”

And change what I built: “Call it Momentum”, “Make it green”, “Dark mode”, “Add a rating field”.
`;

export const unknown = (spec: AppSpec | undefined): string =>
  spec
    ? `I did not understand that, so I changed nothing. “${spec.title}” is as it was.`
    : 'I did not understand that, so I changed nothing.';

export const already = (what: string): string =>
  `The app already has ${what}, so I changed nothing. Tell me what should be different about it.\n`;

export const foreign = (why: string): string =>
  `This app was not built by me (${why}). I only change what I built, so I left everything as it is.\n`;

type Meant = Extract<Understanding, { spec: AppSpec }>;

/** The end of a turn that did something: what there is now, what was checked, what is missing. */
export function summary(meaning: Meant, result: Applied, environment: Environment): string {
  if (!result.ok) {
    return `That did not work: ${result.why}. I put every file back as it was; the details are in the step above. Send the same message again to retry.\n`;
  }
  const lines = [
    opening(meaning, environment),
    result.seen.length > 0 && `Checked just now: ${result.seen.join(', ')}.`,
    ...warnings(meaning, environment),
    result.kept.length > 0 &&
      `You changed ${result.kept.join(', ')} yourself, so I left ${result.kept.length === 1 ? 'it' : 'them'} alone.`,
    'left' in meaning &&
      meaning.left.length > 0 &&
      `Not in it, because I do not know how yet: ${meaning.left.join(', ')}.`,
  ];
  return `${lines.filter(Boolean).join('\n\n')}\n`;
}

function opening(meaning: Meant, environment: Environment): string {
  if (meaning.kind === 'again') return 'Done again: the files and the tables are as they should be.';
  if (meaning.kind === 'change') {
    return meaning.done.length > 0 ? `Done: ${meaning.done.join('; ')}.` : 'It is like that already.';
  }
  const { part, spec } = meaning;
  const beside = spec.parts.length > 1 ? ' It sits beside what was there, with a tab of its own.' : '';
  switch (part.kind) {
    case 'habits':
      return `Your habit tracker is ready. Each check-in is a row in your own Postgres, and the streaks are counted from those rows, so they survive a refresh, a closed browser and another device.${beside}`;
    case 'waitlist':
      return environment.has('RESEND_API_KEY')
        ? `Your waitlist is ready. Every signup is stored in your own Postgres, added to your audience, and mailed to you.${beside}`
        : `Your waitlist is ready. Every signup is stored in your own Postgres.${beside}`;
    case 'collection':
      return `Your list of ${partId(part)} is ready, kept in your own Postgres. Each one has: ${part.entity.fields.map(({ label }) => label).join(', ')}.${beside}`;
  }
}

function warnings(meaning: Meant, environment: Environment): string[] {
  const waitlist = meaning.kind === 'build' && meaning.part.kind === 'waitlist' ? meaning.part : undefined;
  const found: string[] = [];
  if (!environment.has('DATABASE_URL')) {
    found.push(
      'There is no DATABASE_URL, so no table was created and the app cannot keep anything yet. The code is in place: once the database is connected, say “try again”.',
    );
  }
  if (waitlist && !environment.has('RESEND_API_KEY')) {
    found.push('There is no RESEND_API_KEY, so nobody is mailed until mail is connected.');
  }
  if (waitlist && !waitlist.owner && !environment.has('OWNER_EMAIL')) {
    found.push(
      `I do not know your address, so the mails go to ${PLACEHOLDER_OWNER}. Set OWNER_EMAIL in .env, or change server/owner.ts.`,
    );
  }
  return found;
}
