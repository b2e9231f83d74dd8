import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const identitySchema = z.object({ pid: z.int().positive(), startedAt: z.string() });
/** A pid is used again; together with the moment its process started it is not. */
type Identity = z.infer<typeof identitySchema>;

/**
 * Field 22 of /proc/<pid>/stat (proc(5)), counted after the command name, which may hold spaces and parentheses.
 * A zombie, which an idle init may keep for long, has ended.
 */
const linuxStart = (pid: number): string | undefined => {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const stat = readFileSync(path, 'utf8');
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : rest[18];
};

const startOf = (pid: number): string | undefined => {
  try {
    return process.platform === 'linux'
      ? linuxStart(pid)
      : execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // It ended while we looked.
    return undefined;
  }
};

export const writeIdentity = (path: string, pid: number): void => {
  const startedAt = startOf(pid);
  if (startedAt !== undefined) writeFileSync(path, JSON.stringify({ pid, startedAt } satisfies Identity));
};

/** The process group leader recorded at `path`, if that very process still runs. */
export const readIdentity = (path: string): number | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    const { pid, startedAt } = identitySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return startOf(pid) === startedAt ? pid : undefined;
  } catch {
    // Torn by a crash between create and write.
    return undefined;
  }
};
