import type { SeenError } from '../application.ts';

/** What the bridge writes into the log when the dev server ends. */
const ENDED = /^\[dev server ended: (.+); starting it again in \d+ ms\]$/;
const STARTS_AN_ERROR = /(^|\s|\[)[\w.]*(error|exception)\b/i;
const CONTINUES = /^\s|^at\s/;
const LINES = 14;

const linesOf = (log: string): readonly string[] => log.split('\n').map((line) => line.trimEnd());

/** Where the last error in it begins, and what follows; `undefined` without any. */
export const lastError = (log: string): string | undefined => {
  const lines = linesOf(log);
  const at = lines.findLastIndex((line) => STARTS_AN_ERROR.test(line) && !CONTINUES.test(line));
  if (at === -1) return undefined;
  return lines
    .slice(at, at + LINES)
    .filter((line) => line !== '' && !ENDED.test(line))
    .join('\n');
};

/** Why the dev server has ended, where the last thing it did was to end; `undefined` while it is on its way up. */
export const whyItEnded = (log: string): SeenError | undefined => {
  const lines = linesOf(log);
  const at = lines.findLastIndex((line) => ENDED.test(line));
  if (at === -1) return undefined;
  const since = lines.slice(at + 1).join('\n');
  if (/ready in/i.test(since)) return undefined;
  const [, how = ''] = ENDED.exec(lines[at] ?? '') ?? [];
  const before = lines.findLastIndex((line, index) => index < at && ENDED.test(line));
  const detail = lastError(lines.slice(before + 1, at).join('\n'));
  const [first] = (detail ?? '').split('\n');
  return {
    message: `The dev server ended (${how})${first === undefined || first === '' ? '' : `: ${first}`}`,
    ...(detail === undefined ? {} : { detail }),
  };
};
