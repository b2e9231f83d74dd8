import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SERVICE_ENV_NAMES } from '../domain/services.ts';
import { holds } from '../domain/testing/property.ts';
import { isWritable, mergeEnvFile } from './env-file.ts';

const OURS = { DATABASE_URL: 'postgres://a:b@host/c', RESEND_API_KEY: 're_1' };
const written = mergeEnvFile('', {}, OURS);

describe('the env file', () => {
  test('holds every value under its name, and says whose it is', () => {
    expect(written).toBe(
      "# Written by mk0r. Replace any value with your own: what you write here stays.\nDATABASE_URL='postgres://a:b@host/c'\nRESEND_API_KEY='re_1'\n",
    );
  });

  test('is the same when it is written again', () => {
    expect(mergeEnvFile(written, OURS, OURS)).toBe(written);
  });

  test('keeps every line the user wrote, where it stands', () => {
    const theirs = `# my notes\n\n${written}\nexport STRIPE_KEY=sk # mine\nMULTI="one\ntwo"\n`;
    const merged = mergeEnvFile(theirs, OURS, { ...OURS, GITHUB_REPO: 'mk0r-x' });
    for (const line of ['# my notes', 'export STRIPE_KEY=sk # mine', 'MULTI="one', 'two"'])
      expect(merged.split('\n')).toContain(line);
    expect(parse(merged)).toEqual({ ...parse(theirs), GITHUB_REPO: 'mk0r-x' });
  });

  test('keeps a value the user has replaced, also when ours changes', () => {
    const theirs = written.replace(/^DATABASE_URL=.*$/m, 'DATABASE_URL=mine');
    const merged = mergeEnvFile(theirs, OURS, { ...OURS, DATABASE_URL: 'postgres://new' });
    expect(parse(merged).DATABASE_URL).toBe('mine');
    expect(merged).not.toContain('postgres://new');
  });

  test('keeps a value the user has emptied', () => {
    const theirs = written.replace(/^RESEND_API_KEY=.*$/m, 'RESEND_API_KEY=');
    expect(parse(mergeEnvFile(theirs, OURS, OURS)).RESEND_API_KEY).toBe('');
  });

  test.each(['before', 'after'])('keeps the user’s line %s ours with the same name', (where) => {
    const theirs = where === 'before' ? `DATABASE_URL=mine\n${written}` : `${written}DATABASE_URL=mine\n`;
    const merged = mergeEnvFile(theirs, OURS, { ...OURS, DATABASE_URL: 'postgres://new' });
    expect(merged.split('\n')).toContain('DATABASE_URL=mine');
    expect(merged.split('\n')).toContain("DATABASE_URL='postgres://new'");
  });

  test('follows a value of ours that changed', () => {
    expect(parse(mergeEnvFile(written, OURS, { ...OURS, RESEND_API_KEY: 're_2' })).RESEND_API_KEY).toBe(
      're_2',
    );
  });

  test('drops the lines of a service that is gone, unless the user has made them theirs', () => {
    const wanted = { DATABASE_URL: OURS.DATABASE_URL };
    expect(parse(mergeEnvFile(written, OURS, wanted))).toEqual(wanted);
    const theirs = written.replace('re_1', 're_mine');
    expect(parse(mergeEnvFile(theirs, OURS, wanted)).RESEND_API_KEY).toBe('re_mine');
  });

  test('is written again where it was lost', () => {
    expect(mergeEnvFile('', OURS, OURS)).toBe(written);
  });

  test('has its header once, also after an editor that ends lines with CR LF', () => {
    const merged = mergeEnvFile(written.replaceAll('\n', '\r\n'), OURS, OURS);
    expect(merged.match(/Written by mk0r/g)).toHaveLength(1);
    expect(parse(merged)).toEqual(OURS);
  });

  test.each(['__proto__', 'constructor', 'toString'])('lets the user have a variable called %s', (name) => {
    const theirs = `${written}${name}=1\n`;
    expect(mergeEnvFile(theirs, OURS, OURS).split('\n')).toContain(`${name}=1`);
  });
});

const name = fc.constantFrom(...Object.values(SERVICE_ENV_NAMES).flat());
/** Any text that may be written at all; far more than a provider ever hands out. */
const value = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string(),
    fc.webUrl({ withQueryParameters: true }),
    fc.base64String(),
  )
  .filter((text) => isWritable('NAME', text));
const values = fc.dictionary(name, value, { maxKeys: 6 });
const userLines = fc.array(
  fc.constantFrom(
    '# note',
    '',
    'MINE=1',
    "QUOTED='a b'",
    'DATABASE_URL=mine',
    'export OTHER="x y"',
    '  SPACED = 1',
  ),
  { maxLength: 6 },
);

describe('whatever the values are', () => {
  holds('dotenv and Node read them as they are', [values], (wanted) => {
    const file = mergeEnvFile('', {}, wanted);
    expect(parse(file)).toEqual(wanted);
    expect({ ...parseEnv(file) }).toEqual(wanted);
  });

  holds('a second write changes nothing', [userLines, values, values], (lines, before, wanted) => {
    const file = mergeEnvFile(lines.join('\n'), before, wanted);
    expect(mergeEnvFile(file, wanted, wanted)).toBe(file);
  });

  holds('no line of the user’s is lost', [userLines, values, values], (lines, before, wanted) => {
    const merged = mergeEnvFile(`${mergeEnvFile('', {}, before)}${lines.join('\n')}`, before, wanted);
    for (const line of lines.filter((text) => text !== '')) expect(merged.split('\n')).toContain(line);
  });

  test('a shell reads them as they are', () => {
    const directory = mkdtempSync(join(tmpdir(), 'mk0r-env-'));
    try {
      const sample = ['plain', 'a b', '#hash', '"double"', '`id`', '!x', '~', '*', '; exit 1', 'Zażółć 🧵'];
      const wanted = Object.fromEntries(sample.map((text, index) => [`NAME_${index}`, text]));
      const file = join(directory, '.env');
      writeFileSync(file, mergeEnvFile('', {}, wanted));
      const script = `set -a; . "$1"; exec env -0`;
      const env = execFileSync('sh', ['-c', script, 'sh', file], { encoding: 'utf8' }).split('\0');
      for (const [variable, text] of Object.entries(wanted)) expect(env).toContain(`${variable}=${text}`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('what cannot be written', () => {
  test.each([
    ['a quote', "it's"],
    ['a line break', 'a\nB=1'],
    ['a carriage return', 'a\rb'],
    ['a null', 'a\0b'],
    ['a backslash at the end, which dotenv takes for an escape', 'C:\\'],
    ['a dollar, which Vite expands', 'a$HOME'],
    ['half a character', '\ud83d'],
    ['more than 4,096 characters', 'x'.repeat(4_097)],
  ])('is a value with %s', (_, text) => {
    expect(isWritable('NAME', text)).toBe(false);
  });

  test.each(['', '1NAME', 'A-B', 'A B', 'A=B', 'A\nB'])('is a name like %j', (text) => {
    expect(isWritable(text, 'value')).toBe(false);
  });
});
