import { DEFAULT_ACCENT } from '../compose/colours.ts';
import { type AppSpec, AppSpec as AppSpecSchema, type Part, partId } from '../spec.ts';
import { fieldOf } from './entity.ts';
import { type Look, lookOf } from './look.ts';
import { notYet } from './not-yet.ts';
import { partOf } from './parts.ts';
import { headingFor } from './titles.ts';

/** What a prompt means for the app. `spec` is the app as it should be afterwards. */
export type Understanding =
  | { readonly kind: 'build'; readonly spec: AppSpec; readonly part: Part; readonly left: readonly string[] }
  | {
      readonly kind: 'change';
      readonly spec: AppSpec;
      readonly done: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly kind: 'again'; readonly spec: AppSpec }
  | { readonly kind: 'already'; readonly what: string }
  | { readonly kind: 'unknown' };

const LONGEST = 4000;

const UNKNOWN: Understanding = { kind: 'unknown' };

/** Reads a prompt by rules, given the app as it is (`undefined` before the first build). Pure. */
export function understand(prompt: string, current: AppSpec | undefined): Understanding {
  const text = prompt.slice(0, LONGEST).normalize('NFC').trim();
  const meaning = current ? followUp(text, current) : undefined;
  return checked(meaning ?? build(text, current) ?? UNKNOWN);
}

/** A spec that the schema refuses (a name of odd characters, a seventh part) is not understood rather than half built. */
function checked(meaning: Understanding): Understanding {
  if (!('spec' in meaning)) return meaning;
  return AppSpecSchema.safeParse(meaning.spec).success ? meaning : UNKNOWN;
}

const ASKS_TO_BUILD =
  /\b(?:build|make|create|want|need|give|design|start|write|develop|generate|set up|would like|app|tracker|website|page|tool)\b|^\s*(?:an?|my)\s|\b(?:track|log|keep|collect|organi[sz]e|manage|record)\b|\b(?:(?:wait|to-?do)?lists?|book|diary|journal|notebook|newsletter|sign-?ups?|coming soon)\b/i;

function build(text: string, current: AppSpec | undefined): Understanding | undefined {
  const part = ASKS_TO_BUILD.test(text) ? partOf(text) : undefined;
  if (!part) return undefined;
  const look = lookOf(text);
  const left = notYet(text);
  if (!current) {
    const fresh = {
      accent: DEFAULT_ACCENT,
      theme: 'system' as const,
      ...headingFor(part, text),
      parts: [part],
    };
    return { kind: 'build', part, left, spec: { ...fresh, ...look } };
  }
  if (current.parts.some((other) => partId(other) === partId(part)))
    return { kind: 'already', what: partId(part) };
  return { kind: 'build', part, left, spec: { ...current, ...look, parts: [...current.parts, part] } };
}

function followUp(text: string, current: AppSpec): Understanding | undefined {
  if (
    /^\s*(?:please\s+)?(?:try|do it|run it|do that)\s+again\b|^\s*retry\b|\b(?:push|create|update)\s+the\s+(?:tables|database|schema)\b/i.test(
      text,
    )
  ) {
    return { kind: 'again', spec: current };
  }
  const added = addField(text, current);
  if (added) return added;
  if (startsAnew(text)) return undefined;
  const look = lookOf(text);
  const done = changes(look, current);
  if (Object.keys(look).length === 0) return undefined;
  return { kind: 'change', spec: { ...current, ...look }, done, left: notYet(text) };
}

/** "Build me a green recipe book" wants an app, "make it green" a colour. */
const startsAnew = (text: string): boolean =>
  /^\s*(?:please\s+)?(?:build|create|make me|i want an?|i need an?|an?\s)/i.test(text) &&
  partOf(text) !== undefined;

function changes(look: Look, current: AppSpec): string[] {
  const said: string[] = [];
  if (look.title && look.title !== current.title) said.push(`the title is now “${look.title}”`);
  if (look.accent && look.accent !== current.accent) said.push(`the accent colour is now ${look.accent}`);
  if (look.theme && look.theme !== current.theme) said.push(`the app is ${THEMES[look.theme]}`);
  return said;
}

const THEMES = {
  dark: 'dark now',
  light: 'light now',
  system: 'light or dark now, as the visitor’s system is',
} as const;

const ADD_FIELD =
  /\badd\s+(?:an?|the|another)?\s*["“']?([\p{L}][\p{L}\p{N} ()/-]{0,30}?)["”']?\s+(?:field|column|input|property)\b/iu;

/** One more field on the newest list. Stored rows keep what they have: a later field is never required. */
function addField(text: string, current: AppSpec): Understanding | undefined {
  const label = ADD_FIELD.exec(text)?.[1];
  const field = label ? fieldOf(label) : undefined;
  const index = current.parts.findLastIndex((part) => part.kind === 'collection');
  const part = current.parts[index];
  if (!field || part?.kind !== 'collection') return undefined;
  if (part.entity.fields.some(({ name }) => name === field.name)) {
    return { kind: 'already', what: `the field “${field.label}”` };
  }
  const entity = { ...part.entity, fields: [...part.entity.fields, field] };
  const parts = current.parts.with(index, { kind: 'collection', entity });
  return {
    kind: 'change',
    spec: { ...current, parts },
    done: [`every ${entity.singular} has a field “${field.label}” (${field.type})`],
    left: [],
  };
}
