import { parse } from 'dotenv';

/**
 * `/app/.env`, the contract with the agent: three-way merged, so that whatever the user wrote by hand survives every
 * later write. Values are single-quoted: `#`, `$` and spaces then mean themselves to dotenv, Vite and `sh` alike.
 */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/;

const MAX_VALUE_CHARS = 4_096;
const HEADER = '# Written by mk0r. Replace any value with your own: what you write here stays.';

/**
 * Whether everybody who reads the file reads what was meant. A quote ends the value, and so does one that dotenv takes
 * for escaped; Vite expands `$NAME` even inside single quotes.
 */
export const isWritable = (name: string, value: string): boolean =>
  NAME.test(name) &&
  value.length <= MAX_VALUE_CHARS &&
  value.isWellFormed() &&
  !/['\r\n\0$]/.test(value) &&
  !value.endsWith('\\');

const line = (name: string, value: string): string => `${name}='${value}'`;

/**
 * @param current the file as it is, or `''` where there is none
 * @param written values as we last wrote them, by name
 * @param wanted values as they should be now, by name
 * @param begun values of a write that was begun: whether it got to the file, nobody could say any more
 */
export const mergeEnvFile = (
  current: string,
  written: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  begun: Readonly<Record<string, string>> = {},
): string => {
  const after = new Map(Object.entries(wanted));
  const before = [written, begun].map((values) => new Map(Object.entries(values)));
  const present = new Set<string>();
  const kept = current.split('\n').flatMap((text) => {
    const name = LINE.exec(text)?.[1];
    if (name === undefined) return text.trimEnd() === HEADER ? [] : [text];
    const inLine = valueIn(text, name);
    const isOurs = inLine !== undefined && before.some((values) => values.get(name) === inLine);
    // Line by line: what the user wrote stays theirs also beside a line of ours with the same name.
    if (!isOurs) {
      present.add(name);
      return [text];
    }
    const value = after.get(name);
    if (value === undefined) return [];
    present.add(name);
    return [line(name, value)];
  });
  const added = [...after].filter(([name]) => !present.has(name)).map(([name, value]) => line(name, value));
  const body = [...trimBlank(kept), ...added];
  return `${[HEADER, ...body].join('\n')}\n`;
};

const valueIn = (text: string, name: string): string | undefined =>
  new Map(Object.entries(parse(text))).get(name);

const trimBlank = (lines: readonly string[]): readonly string[] => {
  const last = lines.findLastIndex((text) => text.trim() !== '');
  const first = lines.findIndex((text) => text.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
};
