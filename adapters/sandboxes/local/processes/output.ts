import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const MAX_LINE = 2_000;
const MAX_TOTAL = 1024 * 1024;

/**
 * Hands on what a sandbox prints, a line at a time, without terminal control sequences, at most 2,000 characters a
 * line and 1 MiB in all; the rest is read and dropped, since a full pipe would stop the writer.
 */
export const captureLines = (stream: Readable, onLine: (line: string) => void): void => {
  let total = 0;
  let open = true;
  stream.setEncoding('utf8');
  let rest = '';
  stream.on('data', (chunk: string) => {
    if (!open) return;
    total += chunk.length;
    if (total > MAX_TOTAL) {
      open = false;
      onLine('[output beyond 1 MiB is dropped]');
      return;
    }
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) onLine(stripVTControlCharacters(line).slice(0, MAX_LINE));
  });
  stream.once('end', () => {
    if (open && rest !== '') onLine(stripVTControlCharacters(rest));
  });
};
