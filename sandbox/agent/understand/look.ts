import { ACCENTS } from '../compose/colours.ts';
import type { AppSpec } from '../spec.ts';

export type Look = Partial<Pick<AppSpec, 'title' | 'tagline' | 'accent' | 'theme'>>;

/** What a sentence says about the looks of an app: its name, its colour, light or dark. */
export function lookOf(prompt: string): Look {
  const title = titleIn(prompt);
  const tagline = taglineIn(prompt);
  const accent = accentIn(prompt);
  const theme = themeIn(prompt);
  return {
    ...(title ? { title } : {}),
    ...(tagline ? { tagline } : {}),
    ...(accent ? { accent } : {}),
    ...(theme ? { theme } : {}),
  };
}

const QUOTED = String.raw`["“”'‘]([^"“”\n]{1,60}?)["“”'’](?=[\s.,!?]|$)`;
const PLAIN = String.raw`([\p{L}\p{N}][^.,;!?"\n]{0,58}?)(?=\s+(?:with|and|that|which|in|where|but|so)\b|[.,;!?"\n]|$)`;
const RENAMING = String.raw`(?:re-?name\s+(?:it|this|the\s+\w+|my\s+\w+)\s+(?:to|as|into)?|call\s+(?:it|this|the\s+app)|(?:change|set)\s+(?:the\s+)?(?:title|name|heading)\s+to|(?:the\s+)?(?:title|name)\s+(?:should\s+be|is)|\bcalled|\bnamed|\btitled)`;

const TITLES = [QUOTED, PLAIN].map((name) => new RegExp(String.raw`${RENAMING}\s*:?\s*${name}`, 'iu'));

function titleIn(prompt: string): string | undefined {
  const found = TITLES.map((pattern) => pattern.exec(prompt)?.[1]?.trim()).find(Boolean);
  return found?.slice(0, 60);
}

const TAGLINE =
  /\b(?:tagline|subtitle|sub-?heading|slogan|claim)\b.{0,20}?(?:to|is|:|says?|should be)\s*["“']?([^"”\n]{1,160}?)["”']?\s*$/iu;

const taglineIn = (prompt: string): string | undefined => TAGLINE.exec(prompt)?.[1]?.trim();

const NAMES = Object.keys(ACCENTS).join('|');
const COLOUR_WORDS = new RegExp(
  String.raw`(?:\b(?:colou?r|accent|theme|buttons?|make\s+(?:it|this|everything|the\s+\w+(?:\s\w+)?)|paint\s+it|turn\s+it|in|use)\b[^.!?\n]{0,30}?)\b(${NAMES})\b(?!\s+(?:mode|theme))`,
  'iu',
);
const COLOUR_FIRST = new RegExp(String.raw`\b(${NAMES})\s+(?:accent|buttons?|colou?rs?|theme)\b`, 'iu');

function accentIn(prompt: string): string | undefined {
  const hex = /#([0-9a-f]{6}|[0-9a-f]{3})\b/i.exec(prompt)?.[1]?.toLowerCase();
  if (hex) return `#${hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex}`;
  const name = (COLOUR_FIRST.exec(prompt) ?? COLOUR_WORDS.exec(prompt))?.[1]?.toLowerCase();
  return name ? ACCENTS[name] : undefined;
}

function themeIn(prompt: string): AppSpec['theme'] | undefined {
  if (/\b(?:follow|use)\s+the\s+system|\bsystem\s+(?:theme|mode)|\bautomatic\s+(?:theme|mode)/i.test(prompt))
    return 'system';
  const found =
    /\b(dark|light|night|black)\s+(?:mode|theme|version|background)\b|\b(?:make|turn)\s+(?:it|this|everything|the\s+app)\s+(dark|light|darker|lighter)\b/i.exec(
      prompt,
    );
  const word = (found?.[1] ?? found?.[2])?.toLowerCase();
  if (!word) return undefined;
  return word.startsWith('light') ? 'light' : 'dark';
}
