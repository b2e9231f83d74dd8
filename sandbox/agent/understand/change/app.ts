import { type AppSpec, type Part, partId } from '../../spec.ts';
import { listFeaturesIn, ownerIn, SIGN_IN, WEEKLY } from '../features.ts';
import { type Look, lookOf } from '../look.ts';
import { tab, WELCOME } from '../parts.ts';
import { labelOf, lists, type Outcome, replaced } from './target.ts';

const REMOVING = /\b(?:remove|delete|drop|stop|no\s+more|get\s+rid\s+of|turn\s+off|disable|cancel)\b/iu;

const THEMES = {
  dark: 'dark now',
  light: 'light now',
  system: 'light or dark now, as the visitor’s system is',
} as const;

/** Name, tagline, colour, light and dark. */
export function look(text: string, spec: AppSpec): Outcome | undefined {
  const wanted = lookOf(text);
  if (Object.keys(wanted).length === 0) return undefined;
  const done = looks(wanted, spec);
  return done.length > 0 ? { spec: { ...spec, ...wanted }, done: done.join('; ') } : { already: 'that look' };
}

function looks(wanted: Look, spec: AppSpec): string[] {
  const said: string[] = [];
  if (wanted.title && wanted.title !== spec.title) said.push(`the title is now “${wanted.title}”`);
  if (wanted.tagline && wanted.tagline !== spec.tagline) said.push(`below it stands “${wanted.tagline}”`);
  if (wanted.accent && wanted.accent !== spec.accent) said.push(`the accent colour is now ${wanted.accent}`);
  if (wanted.theme && wanted.theme !== spec.theme) said.push(`the app is ${THEMES[wanted.theme]}`);
  return said;
}

export function weekly(text: string, spec: AppSpec): Outcome | undefined {
  if (!WEEKLY.test(text) || !/\bmail|\bsummar|\bdigest|\breport|\bsend/iu.test(text)) return undefined;
  if (REMOVING.test(text)) {
    return spec.weekly
      ? { spec: { ...spec, weekly: false }, done: 'no weekly summary is mailed any more' }
      : { already: 'no weekly summary' };
  }
  const owner = ownerIn(text);
  if (spec.weekly && (!owner || owner === spec.owner)) return { already: 'a weekly summary' };
  return {
    spec: { ...spec, weekly: true, ...(owner ? { owner } : {}) },
    done: 'a summary is mailed every Monday, by a job in the app’s own server',
  };
}

export function signIn(text: string, spec: AppSpec): Outcome | undefined {
  if (!SIGN_IN.test(text) || /\bsign(?:s|ed|ing)?[- ]?ups?\b/iu.test(text)) return undefined;
  if (REMOVING.test(text)) {
    return spec.signIn
      ? { spec: { ...spec, signIn: false }, done: 'everybody can use the app without signing in' }
      : { already: 'no sign-in' };
  }
  if (spec.signIn) return { already: 'signing in' };
  if (spec.parts.every(({ kind }) => kind === 'form'))
    return { cannot: 'the page is for strangers, so there is nothing to sign in to' };
  return {
    spec: { ...spec, signIn: true },
    done: 'people sign in by a link or a code that is mailed to them, and all who are signed in share what is here',
  };
}

const MAIL_ME =
  /\b(?:e-?mails?|mails?|notify|tell|alert|write)\s+(?:me|us|to\s+me)\b|\b(?:my|the\s+owner'?s?)\s+(?:e-?mail|mail|address)\b|\bsend\s+(?:the\s+)?(?:mails?|notifications?|it|them)\s+to\b/iu;

/** `mail me when someone signs up`, `my address is me@example.com`. */
export function owner(text: string, spec: AppSpec): Outcome | undefined {
  const isAboutList = lists(spec).length > 0 && listFeaturesIn(text).includes('tell owner');
  if (!MAIL_ME.test(text) || isAboutList) return undefined;
  const address = ownerIn(text);
  const form = spec.parts.find((part) => part.kind === 'form');
  if (address && address !== spec.owner)
    return { spec: { ...spec, owner: address }, done: `mails go to ${address}` };
  if (form) return { already: `a mail to ${spec.owner ?? 'its owner'} for each one who fills in the page` };
  return undefined;
}

export function welcome(text: string, spec: AppSpec): Outcome | undefined {
  if (!WELCOME.test(text)) return undefined;
  const form = spec.parts.findLast((part) => part.kind === 'form');
  if (form?.kind !== 'form') return { cannot: 'nobody leaves an address here that a mail could go to' };
  if (REMOVING.test(text)) {
    return form.welcome
      ? { spec: replaced(spec, form, { ...form, welcome: false }), done: 'no welcome mail is sent any more' }
      : { already: 'no welcome mail' };
  }
  if (form.welcome) return { already: 'a welcome mail' };
  return {
    spec: replaced(spec, form, { ...form, welcome: true }),
    done: 'everybody who fills in the page gets a welcome mail',
  };
}

const TAB =
  /\badd\s+(?:an?\s+)?(?:new\s+)?(?:["“']?(?<before>[\p{L}][\p{L}\p{N} -]{1,20}?)["”']?\s+(?:tab|page|screen)\b|(?:tab|page|screen)\s+(?:for|about|called|named|with)\s+(?:the\s+|my\s+)?["“']?(?<after>[\p{L}][\p{L}\p{N} -]{1,20}?)["”']?\s*[.!]?\s*$)/iu;

/** `add a tab for books`, `add an about page`. */
export function addTab(text: string, spec: AppSpec): Outcome | undefined {
  if (
    /\bbottom\s+tabs?\b|\btab\s+bar\b|^\s*(?:add|use|with)\s+tabs\b/iu.test(text) &&
    !TAB.exec(text)?.groups?.after
  ) {
    return spec.parts.length > 1
      ? tracked(spec)
      : {
          cannot:
            'tabs come by themselves as soon as there is a second screen: say what it should be, e.g. “add a tab for notes”',
        };
  }
  const { before, after } = TAB.exec(text)?.groups ?? {};
  const part = before || after ? tab((before ?? after ?? '').trim()) : undefined;
  if (!part) return undefined;
  if (spec.parts.some((other) => partId(other) === partId(part))) return { already: labelOf(part) };
  return { spec: { ...spec, parts: [...spec.parts, part] }, done: `${labelOf(part)} has a tab of its own` };
}

const tracked = (spec: AppSpec): Outcome =>
  spec.tracksTabs
    ? { already: 'bottom tabs' }
    : { spec: { ...spec, tracksTabs: true }, done: 'each tab that is opened is an analytics event' };

const REMOVE_PART =
  /\b(?:remove|delete|drop|get\s+rid\s+of|take\s+out)\s+(?:the\s+|my\s+)?(?<what>[\p{L} -]{3,30}?)(?:\s+(?:tab|page|screen|list|part|tracker|form))?\s*[.!]?\s*$/iu;

/** `remove the waitlist`: the screen goes, the table stays. */
export function removePart(text: string, spec: AppSpec): Outcome | undefined {
  const what = REMOVE_PART.exec(text)?.groups?.what?.toLowerCase().trim();
  if (!what) return undefined;
  const part = spec.parts.find((each) => namesOf(each).includes(what));
  if (!part) return undefined;
  if (spec.parts.length === 1) return { cannot: 'it is all there is; undo takes you back to before it' };
  const parts = spec.parts.filter((each) => each !== part);
  const retired = [...spec.retired.filter((each) => partId(each) !== partId(part)), part];
  return {
    spec: { ...spec, parts, retired },
    done: `${labelOf(part)} is gone; its table stays in the database with its rows`,
  };
}

function namesOf(part: Part): string[] {
  const id = partId(part);
  const more = {
    form: part.kind === 'form' ? [part.look] : [],
    dashboard: ['activity', 'dashboard', 'charts'],
    habits: ['habit', 'habits'],
  };
  return [
    id.toLowerCase(),
    ...(part.kind === 'form' || part.kind === 'dashboard' || part.kind === 'habits' ? more[part.kind] : []),
    ...(part.kind === 'page' ? [part.title.toLowerCase()] : []),
    ...(part.kind === 'collection' ? [part.entity.singular.toLowerCase()] : []),
  ];
}
