import { readdirSync, readFileSync } from 'node:fs';

const commandLines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return []; // It has ended since it was listed.
      }
    });

/** Collects what any user of this machine could read of any process's arguments, from now on; Linux only. */
export const watchCommandLines = (): (() => readonly string[]) => {
  const seen = new Set<string>();
  const look = (): void => {
    for (const line of commandLines()) seen.add(line);
  };
  if (process.platform !== 'linux') return () => [];
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
};
