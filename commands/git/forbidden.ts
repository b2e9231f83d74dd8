import { parse } from 'dotenv';
import { isPublicName, isSecretName, variableOf } from '../redact.ts';

/** What a commit must not hold. */
export type Forbidden = {
  /** Values and the ways they are written, each under its variable's name. */
  readonly forms: readonly { readonly name: string; readonly form: string }[];
  /** Variables of the server, which no code may hand to the browser. */
  readonly serverNames: readonly string[];
  /** `VITE_` variables that hold the value of one of those. */
  readonly exposed: readonly string[];
};

/** Shorter ones are words of the language more often than secrets. */
const MIN_CHARS = 8;

/**
 * Of the values the session was given, and of those its owner wrote into `/app/.env`: what gives access to something.
 * `VITE_` variables reach the browser by design, so their own values may be anywhere.
 */
export const forbiddenIn = (vault: Readonly<Record<string, string>>, envFile: string): Forbidden => {
  const file = parse(envFile);
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(vault))
    if (isSecretName(name) && value.length >= MIN_CHARS) secrets.set(`${variableOf(name)}\0${value}`, value);
  for (const [name, value] of Object.entries(file))
    if (!isPublicName(name) && isTelling(value)) secrets.set(`${name}\0${value}`, value);

  const forms = [...secrets].flatMap(([key, value]) => {
    const name = key.slice(0, key.indexOf('\0'));
    return [...new Set(formsOf(value))].map((form) => ({ name, form }));
  });
  const names = [...Object.keys(vault).map(variableOf), ...Object.keys(file)];
  const values = [...secrets.values()];
  return {
    forms,
    serverNames: [...new Set(names)].filter((name) => /^\w+$/.test(name) && !name.startsWith('VITE_')),
    exposed: Object.entries(file)
      .filter(([name, value]) => name.startsWith('VITE_') && values.some((secret) => value.includes(secret)))
      .map(([name]) => name),
  };
};

const formsOf = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value),
  Buffer.from(value).toString('base64').replace(/=+$/, ''),
  Buffer.from(value).toString('base64url'),
];

const NUMBER = /^[\d.,:_-]+$/;
const WORD = /^[A-Za-z][a-z]*(?:[ _-][A-Za-z][a-z]*)*$/;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PLAIN_URL = /^https?:\/\/[^\s/@?#]+(?:\/[\w./-]*)?$/;

/** What an owner writes into `.env` may be a setting as well: names, numbers, addresses and plain links are. */
const isTelling = (value: string): boolean =>
  value.length >= MIN_CHARS && ![NUMBER, WORD, ADDRESS, PLAIN_URL].some((harmless) => harmless.test(value));
