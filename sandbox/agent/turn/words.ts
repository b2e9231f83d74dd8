import { PLACEHOLDER_OWNER, tellsOwner } from '../compose/server.ts';
import { words } from '../compose/text.ts';
import type { AppSpec, Part } from '../spec.ts';
import type { Noted, Understanding } from '../understand/understand.ts';
import type { Environment } from '../work/environment.ts';
import type { Applied } from './apply.ts';

/** How the platform begins when its checks found something (`commands/turns/verdict.ts`): nothing new is asked for. */
export const CORRECTION_OPENING = 'mk0r checked your changes, and they do not hold yet:';

export const CANNOT_CORRECT =
  'The platform’s checks found something that I did not see when I tried the app. I follow rules and cannot repair what I do not know, so I left everything as it is. Undo takes the change back; the files can be edited by hand under Code.\n';

type Found = ReadonlyMap<string, string>;

const FOUND: Readonly<Record<string, string>> = {
  secrets: 'a secret in the code',
  types: 'the type check fails',
  http: 'the app does not answer',
  page: 'the page shows an error',
};
const list = (found: Found): string => [...found.keys()].map((kind) => FOUND[kind] ?? kind).join(', and ');

export const takenBack = (found: Found): string =>
  `The platform’s checks found what I had not seen: ${list(found)}. That came with my change and is gone without it. I follow rules and cannot repair it, so I took the change back: the files are as they were before your message. ${
    found.has('secrets')
      ? 'Send the message again without the secret; code reads it from the environment.'
      : 'Say it in other words, or ask for a part of it.'
  }\n`;

export const notMine = (found: Found): string =>
  `The platform’s checks found: ${list(found)}. It does not come from my change, so I left that in place. I only know what I built: undo goes back further, and the files can be edited by hand under Code.\n`;

export const INTRODUCTION =
  'Hello! I am mk0r’s offline stand-in: I follow rules and am not a language model, so I build from the parts I know.\n\n';

export const ABILITIES = `

I can build:
- lists of anything, with fields and relations: “A recipe book”, “Track my runs”, “Projects, each project has tasks”
- a habit tracker: “Build me a habit tracker. The streaks should survive a page refresh.”
- pages for visitors: a waitlist, a pricing page, a booking form with a welcome mail, a contact form
- charts of the app’s own events: “An internal dashboard of the analytics events”
- several of these behind bottom tabs

And change what I built: “Add a notes field”, “Add search”, “Sort by newest”, “Add a chart”, “Export as CSV”, “Mail me when someone signs up”, “A weekly summary”, “Add sign-in”, “Make it dark”, “Call it Momentum”, “Remove the notes field”.
`;

export const unknown = (
  spec: AppSpec | undefined,
  { script, from }: Extract<Understanding, { kind: 'unknown' }>,
): string => {
  const what =
    script === 'other'
      ? 'I read English, and a little German, Spanish and French, but not this, so I changed nothing.'
      : 'I did not understand that, so I changed nothing.';
  const partly = from ? ` (I took it for ${from}, of which I know some words.)` : '';
  return `${what}${partly}${spec ? ` “${spec.title}” is as it was.` : ''}`;
};

export const REFUSED =
  'I do not do that: I print no secrets, run no commands from a message and leave what is in place as it is. I changed nothing. Tell me what to build, or what to change about the app.';

export const UNDO =
  'Undo and redo are buttons above the preview: they go back commit by commit, and say first what that does to the data. I changed nothing.\n';

export const already = ({ what, ...noted }: Extract<Understanding, { kind: 'already' }>): string =>
  said(
    `The app already has ${what.join(' and ')}, so I changed nothing. Tell me what should be different about it.`,
    noted,
  );

export const cannot = ({ why, ...noted }: Extract<Understanding, { kind: 'cannot' }>): string =>
  said(`I changed nothing: ${why.join('; ')}.`, noted);

export const foreign = (why: string): string =>
  `This app was not built by me (${why}). I only change what I built, so I left everything as it is.\n`;

type Meant = Extract<Understanding, { spec: AppSpec }>;

/** The end of a turn that did something: what there is now, what was checked, what is missing. */
export function summary(meaning: Meant, result: Applied, environment: Environment): string {
  if (!result.ok) {
    return `That did not work: ${result.why}. I put every file back as it was; the details are in the step above. Send the same message again to retry.\n`;
  }
  const { merged, kept, seen } = result;
  return paragraphs(
    opening(meaning, environment),
    seen.length > 0 && `Checked just now: ${seen.join(', ')}.`,
    ...warnings(meaning, environment),
    merged.length > 0 && `You had changed ${merged.join(', ')} yourself; my change is beside yours.`,
    kept.length > 0 &&
      `You changed ${kept.join(', ')} yourself, so I left ${kept.length === 1 ? 'it' : 'them'} alone.`,
    ...('left' in meaning ? remarks(meaning) : []),
  );
}

const paragraphs = (...list: readonly (string | false)[]): string => `${list.filter(Boolean).join('\n\n')}\n`;

const said = (text: string, noted: Noted): string => paragraphs(text, ...remarks(noted));

const remarks = ({ left, refused, from }: Noted): string[] => [
  ...(left.length > 0 ? [`Not in it, because I do not know how yet: ${left.join(', ')}.`] : []),
  ...(refused ? ['A part of your message I did not follow: I print no secrets and run no commands.'] : []),
  ...(from
    ? [`I read ${from} word by word and answer in English, as the app does; tell me what I got wrong.`]
    : []),
];

function opening(meaning: Meant, environment: Environment): string {
  if (meaning.kind === 'again') return 'Done again: the files and the tables are as they should be.';
  if (meaning.kind === 'change') return `Done: ${meaning.done.join('; ')}.`;
  const { parts, spec } = meaning;
  const beside =
    spec.parts.length > parts.length ? ' It sits beside what was there, with a tab of its own.' : '';
  const [only] = parts;
  const built =
    parts.length === 1 && only
      ? about(only, environment)
      : `Your app is ready, kept in your own Postgres: ${parts.map(briefly).join('; ')}.`;
  return `${built}${beside}${withFeatures(spec)}`;
}

function about(part: Part, environment: Environment): string {
  switch (part.kind) {
    case 'habits':
      return 'Your habit tracker is ready. Each check-in is a row in your own Postgres, and the streaks are counted from those rows, so they survive a refresh, a closed browser and another device.';
    case 'form':
      return aboutForm(part, environment.has('RESEND_API_KEY'));
    case 'collection':
      return `Your list of ${words(part.entity.plural)} is ready, kept in your own Postgres. ${briefly(part)}.`;
    case 'dashboard':
      return 'Your dashboard is ready. Every event of this app goes to its analytics and, as a copy, into your own Postgres, which is what the charts are drawn from: per day, by event, and the latest.';
    case 'page':
      return `The page “${part.title}” is ready; what you write on it is kept in your own Postgres.`;
  }
}

const FORMS: Readonly<Record<Extract<Part, { kind: 'form' }>['look'], readonly [string, string]>> = {
  waitlist: ['Your waitlist is ready.', 'signup'],
  pricing: ['Your pricing page is ready; plans and prices are in src/features/signups/plans.ts.', 'signup'],
  booking: ['Your booking form is ready; days and times are in shared/slots.ts.', 'booking'],
  contact: ['Your contact form is ready.', 'message'],
};

function aboutForm({ look, welcome }: Extract<Part, { kind: 'form' }>, hasMail: boolean): string {
  const [ready, one] = FORMS[look];
  const stored = `${ready} Every ${one} is stored in your own Postgres`;
  if (!hasMail) return `${stored}.`;
  return `${stored}, added to your audience, and mailed to you.${welcome ? ' Whoever fills it in gets a welcome mail.' : ''}`;
}

function briefly(part: Part): string {
  if (part.kind === 'collection') {
    const { entity, features } = part;
    const has = `Each ${words(entity.singular)} has: ${entity.fields.map(({ label }) => label).join(', ')}`;
    const parent = entity.belongsTo ? `, and belongs to one of the ${words(entity.belongsTo)}` : '';
    const more = features.filter((feature) => feature !== 'tell owner');
    return `${has}${parent}${more.length > 0 ? ` (with ${more.join(', ')})` : ''}`;
  }
  if (part.kind === 'dashboard') return 'Charts of what happens in it';
  if (part.kind === 'page') return `The page “${part.title}”`;
  return part.kind === 'habits' ? 'Habits with streaks' : (FORMS[part.look][0].split(/[.;]/)[0] ?? '');
}

function withFeatures({ weekly, signIn, tracksTabs }: AppSpec): string {
  const said = [
    weekly && 'A summary is mailed every Monday, by a job in the app’s own server.',
    signIn && 'People sign in by a link or a code that is mailed to them.',
    tracksTabs && 'Each tab that is opened is an analytics event.',
  ].filter(Boolean);
  return said.length > 0 ? ` ${said.join(' ')}` : '';
}

function warnings(meaning: Meant, environment: Environment): string[] {
  const { spec } = meaning;
  const found: string[] = [];
  if (!environment.has('DATABASE_URL')) {
    found.push(
      'There is no DATABASE_URL, so no table was created and the app cannot keep anything yet. The code and its migration are in place: once the database is connected, say “try again”.',
    );
  }
  const mails = tellsOwner(spec) || spec.signIn;
  if (mails && meaning.kind !== 'again' && !environment.has('RESEND_API_KEY')) {
    found.push('There is no RESEND_API_KEY, so nobody is mailed until mail is connected.');
  }
  if (tellsOwner(spec) && meaning.kind === 'build' && !spec.owner && !environment.has('OWNER_EMAIL')) {
    found.push(
      `I do not know your address, so the mails go to ${PLACEHOLDER_OWNER}. Say “mail me at …”, or set OWNER_EMAIL in .env.`,
    );
  }
  return found;
}
