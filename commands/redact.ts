import { variableOfOwn } from './own-values.ts';
import { isPageName } from './quick/kept-pages.ts';
import { isSaveName } from './saves.ts';

/** Shorter values are words of the language more often than secrets. */
const MIN_SECRET_CHARS = 8;

export type Redactor = {
  /** Each secret replaced by its name in brackets. */
  readonly whole: (text: string) => string;
  /** The same for text that still grows: an end that may become a secret is held back until it is known. */
  readonly growing: (text: string) => string;
};

/**
 * Takes the session's own secret values out of what its agent says before it becomes an event. By value, not by
 * pattern: what the vault holds is exactly what must not be repeated.
 */
export const createRedactor = (values: Readonly<Record<string, string>>): Redactor => {
  const secrets = Object.entries(values)
    .filter(([name, value]) => isSecretName(name) && value.length >= MIN_SECRET_CHARS)
    .map(([name, value]) => [variableOf(name), value] as const)
    .flatMap(([name, value]) =>
      [value, encodeURIComponent(value), Buffer.from(value).toString('base64')].map(
        (form) => [name, form] as const,
      ),
    )
    .sort(([, a], [, b]) => b.length - a.length);
  const forms = [...new Set(secrets.map(([, form]) => form))];
  const whole = (text: string) =>
    secrets.reduce((cleaned, [name, form]) => cleaned.replaceAll(form, `[${name}]`), text);
  return {
    whole,
    growing: (text) => {
      const cleaned = whole(text);
      return cleaned.slice(
        0,
        cleaned.length - Math.max(0, ...forms.map((form) => begunAtEnd(cleaned, form))),
      );
    },
  };
};

/** How many characters at the end of `text` are the beginning of `form`. */
const begunAtEnd = (text: string, form: string): number => {
  for (let length = Math.min(text.length, form.length - 1); length > 0; length -= 1) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
};

/** Variables that name something without giving access to it. */
const PUBLIC = new Set([
  'NEON_HOST',
  'NEON_DB_NAME',
  'NEON_ROLE_NAME',
  'RESEND_AUDIENCE_ID',
  'RESEND_FROM',
  'RESEND_BASE_URL',
  'GITHUB_REPO',
  'GITHUB_REPO_URL',
]);

/** `VITE_` variables end up in the page by design. The vault also keeps what was `written:` last, and `begun:`. */
export const isPublicName = (name: string): boolean => {
  const variable = variableOf(name);
  return variable.startsWith('VITE_') || PUBLIC.has(variable);
};

/** What is to be saved, and a quick page, is code, and no secret for being kept among them. */
export const isSecretName = (name: string): boolean =>
  !isPublicName(name) && !isSaveName(name) && !isPageName(name);

/** The variable a value in the vault is of: it also keeps what was `written:` last, and `begun:`. */
export const variableOf = (name: string): string =>
  variableOfOwn(name) ?? name.replace(/^(written|begun|kept):/, '');
