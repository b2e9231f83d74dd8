import { filterableBy, summable } from '../parts/collection/names.ts';
import type { AppSpec, Entity, ListFeature, Part } from '../spec.ts';
import { ListFeature as Features } from '../spec.ts';

/** What a sentence asks of a list, by the words for it. */
const LIST_FEATURES: readonly (readonly [ListFeature, RegExp])[] = [
  ['search', /\bsearch(?:able|ing|es)?\b|\bfind\s+(?:them|things|notes|anything)\b|\blook\s*up\b/i],
  ['csv', /\bcsv\b|\bexport(?:s|ed|ing|able)?\b|\bspreadsheet\b|\bdownload\b/i],
  ['chart', /\bcharts?\b|\bgraphs?\b|\bplots?\b|\bstatistics\b|\bvisuali[sz]e\b|\bdiagrams?\b/i],
  ['filter', /\bfilter(?:s|ed|ing|able)?\b/i],
  ['sort', /\bsort(?:ed|ing|able)?\b|\border(?:ed)?\s+by\b|\b(?:newest|oldest|latest)\s+first\b/i],
  ['streak', /\bstreaks?\b/i],
  [
    'tell owner',
    /\b(?:e-?mails?|mails?|notif(?:y|ies)|tells?|alerts?)\s+(?:me|us|the\s+owner|[\w.+-]+@\S+)\b.{0,40}\b(?:when|whenever|each|every\s+time|if|about|on)\b|\b(?:send|get)s?\b.{0,20}\b(?:mail|e-?mail|notification)s?\b.{0,30}\b(?:when|whenever|each|every\s+time|for\s+every)\b/i,
  ],
];

export const listFeaturesIn = (text: string): ListFeature[] =>
  LIST_FEATURES.filter(([, pattern]) => pattern.test(text)).map(([feature]) => feature);

/** In one order, each once: equal apps are equal text. */
export const inOrder = (features: readonly ListFeature[]): ListFeature[] =>
  Features.options.filter((feature) => features.includes(feature));

/** What helps with such things although nobody asked: what is done can be filtered out, what adds up is charted. */
export const usualFeatures = (entity: Entity): ListFeature[] => {
  const by = filterableBy(entity);
  const isDated = entity.fields.some(({ type }) => type === 'date');
  return [
    ...(by && (by.type === 'choice' || by.name === 'done') ? (['filter'] as const) : []),
    ...(isDated && summable(entity).length > 0 ? (['chart'] as const) : []),
  ];
};

export type AppFeatures = Partial<Pick<AppSpec, 'signIn' | 'weekly' | 'owner'>>;

export const WEEKLY = /\bweekly\b|\b(?:every|each|once\s+a)\s+(?:week|monday|sunday)\b|\bdigest\b/i;

export const SIGN_IN =
  /\blog-?\s?ins?\b|\bsign(?:s|ing)?[- ]?in\b|\bauth(?:entication)?\b|\bmagic\s+links?\b|\b(?:user\s+)?accounts?\b|\bpassword(?:s|less|\s+protect\w*)?\b|\bprivate\s+to\s+me\b/i;

/** An address that a prompt names as its writer's own; never one that is an example inside it. */
export function ownerIn(text: string): string | undefined {
  const found = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0];
  return found && found.length <= 254 ? found.toLowerCase() : undefined;
}

/** What a sentence asks of the whole app. */
export function appFeaturesIn(text: string, parts: readonly Part[]): AppFeatures {
  const owner = ownerIn(text);
  const protectable = parts.some(({ kind }) => kind !== 'form');
  return {
    ...(WEEKLY.test(text) && /\bmail|\bsummar|\bdigest|\breport|\bsend/i.test(text) ? { weekly: true } : {}),
    ...(SIGN_IN.test(text) && protectable ? { signIn: true } : {}),
    ...(owner ? { owner } : {}),
  };
}
