import { parse } from 'dotenv';

/**
 * `/app/.env`, the contract with the agent: three-way merged, so that whatever the user wrote by hand survives every
 * later write. Values are single-quoted: `#`, `$` and spaces then mean themselves to dotenv, Vite and `sh` alike.
 */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/;

const HEADER = '# Written by mk0r. Replace any value with your own: what you write here stays.';

/** What cannot be written without somebody reading something else than what was meant. */
export const isWritable = (name: string, value: string): boolean =>
  NAME.test(name) && !/['\r\n]/.test(value) && !value.includes('\0') && value.length <= 4_096;

const line = (name: string, value: string): string => `${name}='${value}'`;

/**
 * @param current the file as it is, or `''` where there is none
 * @param written values as we last wrote them, by name
 * @param wanted values as they should be now, by name
 */
export const mergeEnvFile = (
  current: string,
  written: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): string => {
  const inFile = parse(current);
  const isTheirs = (name: string): boolean => inFile[name] !== undefined && inFile[name] !== written[name];

  const seen = new Set<string>();
  const kept = current.split('\n').flatMap((text) => {
    const name = LINE.exec(text)?.[1];
    if (name === undefined) return text === HEADER ? [] : [text];
    const value = wanted[name];
    if (value !== undefined && !isTheirs(name)) {
      seen.add(name);
      return [line(name, value)];
    }
    // A variable we wrote and no longer have goes; one that was never ours, or was changed, stays.
    if (value === undefined && written[name] !== undefined && !isTheirs(name)) return [];
    seen.add(name);
    return [text];
  });
  const added = Object.entries(wanted)
    .filter(([name]) => !seen.has(name))
    .map(([name, value]) => line(name, value));
  const body = [...trimBlank(kept), ...added];
  return `${[HEADER, ...body].join('\n')}\n`;
};

const trimBlank = (lines: readonly string[]): readonly string[] => {
  const last = lines.findLastIndex((text) => text.trim() !== '');
  const first = lines.findIndex((text) => text.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
};
