import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TranscriptTurn } from '../../projections/transcript-views.ts';
import { type HttpVisitor, until } from '../support/http-visitor.ts';
import type { Place } from '../support/secret-search.ts';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // A process that has ended, a socket, or a file that was removed meanwhile.
    return '';
  }
};

/** Nothing of what is gone since it was listed: a server that lives makes files and takes them away again. */
const unlessGone = <A>(look: () => readonly A[]): readonly A[] => {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Every file of a directory, names and links included; not of the packages, which are the template's. */
export const filesIn = (dir: string): readonly Place[] =>
  unlessGone(() => readdirSync(dir, { withFileTypes: true })).flatMap((entry): readonly Place[] => {
    const path = join(dir, entry.name);
    if (entry.name === 'node_modules') return [];
    if (entry.isDirectory()) return filesIn(path);
    return unlessGone(() => {
      if (entry.isSymbolicLink()) return [{ name: path, text: `${path} ${readlinkSync(path)}` }];
      return lstatSync(path).isFile() ? [{ name: path, text: `${path}\n${read(path)}` }] : [];
    });
  });

export type Process = { readonly pid: number; readonly command: string; readonly places: readonly Place[] };

/** All processes of one sandbox, as the host sees them: how they were started and with what environment. */
export const processesOf = (slug: string): readonly Process[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const environment = read(`/proc/${pid}/environ`);
      if (!environment.includes(`mk0r-${slug}`)) return [];
      const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      const places = [
        { name: `environment of ${command}`, text: environment },
        { name: `arguments of ${command}`, text: command },
      ];
      return [{ pid: Number(pid), command, places }];
    });

/** The adapter that speaks ACP, and the model's own program that it has started. */
export const agentOf = (slug: string): { readonly adapter: number; readonly all: readonly number[] } => {
  const all = processesOf(slug).filter(({ command }) => /claude/.test(command));
  const adapter = all.find(({ command }) => command.includes('claude-agent-acp'));
  if (adapter === undefined) throw new Error('no agent runs');
  return { adapter: adapter.pid, all: all.map(({ pid }) => pid) };
};

/** Stops them where they are; what it was about to stop may have ended by itself. */
export const freeze = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGSTOP');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
};

const OVER = new Set(['finished', 'failed', 'cancelled']);

/** One visitor's conversation. */
export const conversation = (visitor: HttpVisitor, sessionId: string) => {
  const turn = async (turnId: string): Promise<TranscriptTurn> => {
    const found = (await visitor.turns(sessionId)).find((each) => each.turnId === turnId);
    if (found === undefined) throw new Error('no such turn');
    return found;
  };
  const submit = async (prompt: string): Promise<string> => {
    const { status, body } = await visitor.request('POST', `/api/sessions/${sessionId}/turns`, { prompt });
    if (status !== 202) throw new Error(JSON.stringify(body));
    return (body as { readonly turnId: string }).turnId;
  };
  const ended = (turnId: string): Promise<TranscriptTurn> =>
    until(
      () => turn(turnId),
      ({ status }) => OVER.has(status),
    );
  return {
    turn,
    submit,
    ended,
    ask: async (prompt: string): Promise<TranscriptTurn> => ended(await submit(prompt)),
    cancel: (turnId: string) =>
      visitor.request('POST', `/api/sessions/${sessionId}/turns/${turnId}/cancel`, {}),
  };
};

/** A page of the app, through the server's own preview address. */
export const preview = async (serverUrl: string, slug: string, path: string): Promise<string> => {
  const { port } = new URL(serverUrl);
  const outgoing = request({
    host: '127.0.0.1',
    port,
    path,
    headers: { host: `${slug}.preview.localhost:${port}` },
  });
  outgoing.end();
  return new Promise((resolve, reject) => {
    outgoing.once('response', (incoming) => resolve(text(incoming)));
    outgoing.once('error', reject);
  });
};
