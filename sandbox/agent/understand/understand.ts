import { DEFAULT_ACCENT } from '../compose/colours.ts';
import { type AppSpec, AppSpec as AppSpecSchema, type Part, partId } from '../spec.ts';
import { labelOf } from './change/target.ts';
import { relationIn } from './entity.ts';
import { appFeaturesIn } from './features.ts';
import { followUp } from './follow-up.ts';
import { cleaned } from './harm.ts';
import { isOtherScript, type Language, translated } from './language.ts';
import { lookOf } from './look.ts';
import { notYet } from './not-yet.ts';
import { partsOf, tracksTabs } from './parts.ts';
import { headingFor } from './titles.ts';

/** What was noticed beside the meaning, to be said at the end of the answer. */
export type Noted = {
  /** Wishes that these rules cannot fulfil, in words. */
  readonly left: readonly string[];
  /** A part of the prompt asked for what no builder should do. */
  readonly refused: boolean;
  readonly from?: Language;
};

/** What a prompt means for the app. `spec` is the app as it should be afterwards. */
export type Understanding =
  | ({ readonly kind: 'build'; readonly spec: AppSpec; readonly parts: readonly Part[] } & Noted)
  | ({ readonly kind: 'change'; readonly spec: AppSpec; readonly done: readonly string[] } & Noted)
  | { readonly kind: 'again'; readonly spec: AppSpec }
  | ({ readonly kind: 'already'; readonly what: readonly string[] } & Noted)
  | ({ readonly kind: 'cannot'; readonly why: readonly string[] } & Noted)
  | { readonly kind: 'refused' }
  | { readonly kind: 'undo' }
  | { readonly kind: 'unknown'; readonly script?: 'other'; readonly from?: Language };

const LONGEST = 4000;
const MOST_PARTS = 7;

const AGAIN =
  /^\s*(?:please\s+)?(?:try|do it|run it|do that)\s+again\b|^\s*retry\b|\b(?:push|create|update|migrate)\s+the\s+(?:tables|database|schema)\b/i;
const UNDO = /^\s*(?:please\s+)?(?:undo|revert|roll\s*back|go\s+back)\b/i;

/** Reads a prompt by rules, given the app as it is (`undefined` before the first build). Pure. */
export function understand(prompt: string, current: AppSpec | undefined): Understanding {
  const { text: harmless, refused } = cleaned(prompt.slice(0, LONGEST).normalize('NFC').trim());
  const { text, from } = translated(harmless);
  const noted: Noted = { left: notYet(text), refused, ...(from ? { from } : {}) };
  if (current && AGAIN.test(text)) return { kind: 'again', spec: current };
  if (current && UNDO.test(text)) return { kind: 'undo' };
  const meaning = (current && change(text, current, noted)) ?? build(text, current, noted);
  if (meaning) return checked(meaning);
  if (refused) return { kind: 'refused' };
  return {
    kind: 'unknown',
    ...(isOtherScript(prompt) ? { script: 'other' } : {}),
    ...(from ? { from } : {}),
  };
}

/** A spec that the schema refuses (a name of odd characters, one part too many) is not understood rather than half built. */
function checked(meaning: Understanding): Understanding {
  if (!('spec' in meaning)) return meaning;
  if ('parts' in meaning && meaning.spec.parts.length > MOST_PARTS)
    return {
      kind: 'cannot',
      why: [`more than ${MOST_PARTS} screens are too many for me`],
      left: [],
      refused: false,
    };
  return AppSpecSchema.safeParse(meaning.spec).success ? meaning : { kind: 'unknown' };
}

const ASKS_TO_BUILD =
  /\b(?:build|make|create|want|need|give|design|start|write|develop|generate|set up|would like|app|tracker|website|page|tool|dashboard|form)\b|^\s*(?:an?|my)\s|\b(?:track|log|keep|collect|organi[sz]e|manage|record)\b|\b(?:(?:wait|to-?do)?lists?|book|diary|journal|notebook|newsletter|sign-?ups?|coming soon|crm|crud|blog|inventory)\b/i;

function build(text: string, current: AppSpec | undefined, noted: Noted): Understanding | undefined {
  const asked = ASKS_TO_BUILD.test(text) || relationIn(text) ? partsOf(text) : undefined;
  if (!asked) return undefined;
  const look = lookOf(text);
  const features = appFeaturesIn(text, asked);
  if (!current) {
    const fresh = {
      accent: DEFAULT_ACCENT,
      theme: 'system' as const,
      signIn: false,
      weekly: false,
      retired: [],
      ...headingFor(asked, text),
    };
    const spec = { ...fresh, ...look, ...features, ...tracksTabs(text, asked), parts: asked };
    return { kind: 'build', parts: asked, spec, ...noted };
  }
  const fresh = asked.filter((part) => !current.parts.some((other) => partId(other) === partId(part)));
  if (fresh.length === 0) return { kind: 'already', what: asked.map(labelOf), ...noted };
  const revived = current.retired.filter((old) => !fresh.some((part) => partId(part) === partId(old)));
  const spec = { ...current, ...look, ...features, parts: [...current.parts, ...fresh], retired: revived };
  return { kind: 'build', parts: fresh, spec, ...noted };
}

function change(text: string, current: AppSpec, noted: Noted): Understanding | undefined {
  if (startsAnew(text, current)) return undefined;
  const { spec, done, already, cannot, unknown } = followUp(text, current);
  const left = [...noted.left, ...cannot, ...(done.length > 0 ? unknown.map((clause) => `“${clause}”`) : [])];
  const there = already.map((what) => `${what} was there already`);
  if (done.length > 0) return { kind: 'change', spec, done: [...done, ...there], ...noted, left };
  if (cannot.length > 0) return { kind: 'cannot', why: cannot, ...noted };
  return already.length > 0 ? { kind: 'already', what: already, ...noted } : undefined;
}

/** "Build me a green recipe book" wants an app, "make it green" a colour, "add a recipe book" a second part. */
function startsAnew(text: string, current: AppSpec): boolean {
  const begins =
    /^\s*(?:please\s+|now\s+|also\s+)*(?:build|create|make me|i want an?|i need an?|an?\s)/i.test(text);
  const adds =
    /^\s*(?:please\s+|now\s+|also\s+)*add\s+(?:an?|my|another)\s+.*\b(?:list|tracker|waitlist|book|journal|diary|notebook|form|dashboard|pricing|catalogue|collection)\b/i.test(
      text,
    ) && !/\bfield|\bcolumn/i.test(text);
  if (!begins && !adds) return false;
  const parts = partsOf(text);
  return (
    parts !== undefined &&
    (begins || parts.some((part) => !current.parts.some((other) => partId(other) === partId(part))))
  );
}
