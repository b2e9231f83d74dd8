import { FRENCH } from './lexicon/french.ts';
import { GERMAN } from './lexicon/german.ts';
import { SPANISH } from './lexicon/spanish.ts';

export type Language = 'German' | 'Spanish' | 'French';

/** Words of a language with what they are in English; the longest that fits is taken. */
export type Lexicon = {
  /** Words that tell the language, because they are common in it and not in English. */
  readonly tells: readonly string[];
  readonly words: Readonly<Record<string, string>>;
};

const LEXICONS: Readonly<Record<Language, Lexicon>> = { German: GERMAN, Spanish: SPANISH, French: FRENCH };

const WORD = /[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu;

const ENGLISH = new Set(
  'the a an with my for and that of to is in each i me it when add make build list app want need please this page'.split(
    ' ',
  ),
);

/** The language of a prompt, where it is one of those with a lexicon; `undefined` for English and all others. */
function languageOf(words: readonly string[]): Language | undefined {
  const english = words.filter((word) => ENGLISH.has(word)).length;
  const scored = (Object.entries(LEXICONS) as [Language, Lexicon][]).map(
    ([language, { tells, words: known }]) => {
      const told = words.filter((word) => tells.includes(word) && !ENGLISH.has(word)).length;
      // `page` and `notes` are the same in English, and say nothing.
      const foreign = words.filter(
        (word) => known[word] !== undefined && known[word] !== word && !ENGLISH.has(word),
      );
      return { language, score: told + foreign.length };
    },
  );
  const best = scored.toSorted((a, b) => b.score - a.score)[0];
  return best && best.score > english && best.score * 3 >= words.length ? best.language : undefined;
}

export type Translated = { readonly text: string; readonly from?: Language };

/** Word by word into English, as far as the lexicon goes: enough for rules that look for nouns and a few verbs. */
export function translated(prompt: string): Translated {
  const words = prompt.toLowerCase().match(WORD) ?? [];
  const from = languageOf(words);
  if (!from) return { text: prompt };
  const known = LEXICONS[from].words;
  const longest = [...Object.keys(known)].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\p{N}@.])(?:${longest.join('|')})(?![\p{L}\p{N}@]|\.\p{L})`,
    'giu',
  );
  const text = prompt.replace(pattern, (found) => known[found.toLowerCase()] ?? found);
  return { text: text.replace(/ {2,}/g, ' ').trim(), from };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a prompt is written in letters that no rule here reads. */
export const isOtherScript = (prompt: string): boolean => {
  const letters = prompt.match(/\p{L}/gu) ?? [];
  const latin = prompt.match(/\p{Script=Latin}/gu) ?? [];
  return letters.length > 3 && latin.length < letters.length / 2;
};
