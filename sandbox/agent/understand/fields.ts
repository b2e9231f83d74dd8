import { capital } from '../compose/text.ts';
import type { Field } from '../spec.ts';
import { identifier } from './identifier.ts';
import { guessType, usualOptions } from './nouns.ts';

const LONGEST_LABEL = 26;
const ARTICLES =
  /^\s*(?:(?:and|or|plus|also|has|have|with|for|a|an|the|its|their|some|optional|fields?|columns?)\s+)+/iu;

/** Words that are something an app does, and not something a thing has. */
const DOES =
  /\b(?:mode|search|charts?|graphs?|streaks?|login|log-?in|sign-?ins?|export|csv|filters?|sort(?:ing)?|tabs?|pages?|screens?|summary|mails?|newsletter|dark|light|theme|button|buttons|auth|authentication|accounts?|dashboard|analytics)\b/iu;

/** A label as somebody wrote it: `a status (open, done)`, `price in euros`, `optional notes`. */
export function fieldOf(written: string): Field | undefined {
  const options = optionsIn(written);
  const typed = typeIn(written);
  const label = written
    .replace(/\([^)]*\)|:.*$/gu, (found) => (options ? '' : found.length < 8 ? found : ''))
    .replace(
      /\b(?:in|as|of|from)\s+(?:euros?|dollars?|pounds?|usd|eur|gbp|stars?|1\s*(?:to|-)\s*5|text|number|a\s+number)\b.*$/iu,
      '',
    )
    .replace(/\s*(?:field|column|input|property|checkbox|dropdown)s?\s*$/iu, '')
    .replace(ARTICLES, '')
    .replace(/^["“”'‘’]+|["“”'‘’]+$/gu, '')
    .trim();
  const name = identifier(label);
  if (!name || label.length > LONGEST_LABEL || label.split(/\s+/).length > 4) return undefined;
  const type = options ? 'choice' : (typed ?? guessType(label));
  const chosen = type === 'choice' ? (options ?? usualOptions(label)) : undefined;
  if (type === 'choice' && !chosen) return { name, label: capital(label), type: 'text' };
  return { name, label: capital(label), type, ...(chosen ? { options: [...chosen] } : {}) };
}

/** `a priority (low, medium, high)`: what there is to choose from. */
function optionsIn(written: string): string[] | undefined {
  const list = /\(([^)]+)\)|:\s*(.+)$/u.exec(written);
  const options = (list?.[1] ?? list?.[2] ?? '')
    .split(/,|\/|\bor\b|\band\b/iu)
    .map((option) => capital(option.trim().replace(/^["'“]|["'”]$/gu, '')))
    .filter((option) => option.length > 0 && option.length <= 24);
  return options.length >= 2 && options.length <= 8 ? [...new Set(options)] : undefined;
}

function typeIn(written: string): Field['type'] | undefined {
  if (/\b(?:in|as)\s+(?:euros?|dollars?|pounds?|usd|eur|gbp)\b|[€$£]/iu.test(written)) return 'money';
  if (/\bcheckbox\b/iu.test(written)) return 'yes or no';
  if (/\b(?:1|one)\s*(?:to|-|–)\s*(?:5|five)\b|\bin\s+stars\b/iu.test(written)) return 'rating';
  if (/\bas\s+(?:a\s+)?number\b/iu.test(written)) return 'number';
  return undefined;
}

/** A list in words, commas inside brackets left together: `a name, a status (open, done) and notes`. */
export const listed = (text: string): string[] =>
  text
    .split(/,(?![^(]*\))|\band\b(?![^(]*\))|\bplus\b|&/iu)
    .map((part) => part.trim())
    .filter((part) => part.length > 1);

/** The fields in a list of words; what an app does is none. */
export const fieldsIn = (text: string): Field[] => {
  const fields = listed(text)
    .filter((part) => !DOES.test(part))
    .flatMap((part) => fieldOf(part) ?? []);
  return fields.filter((field, position) => fields.findIndex(({ name }) => name === field.name) === position);
};

export const isFeatureWord = (text: string): boolean => DOES.test(text);
