import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveCall } from '../../../adapters/repository/embedded/backend.ts';
import { prepareGit } from '../../../adapters/repository/embedded/git.ts';
import { basicPassword } from '../../../adapters/repository/embedded/requests.ts';
import { runGit } from '../../../adapters/repository/embedded/run-git.ts';

const PATH = /^\/([\w.-]+)\/([\w.-]+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)(?:\?(.*))?$/;

/** May whoever has this password do that to the repository? */
export type MayUse = (password: string, owner: string, name: string, wants: 'read' | 'write') => boolean;

/** The git half of GitHub: bare repositories below a temporary directory, over smart HTTP. */
export const gitHalf = async (mayUse: MayUse) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'mk0r-github-'));
  const env = await prepareGit(dataDir);
  const at = (owner: string, name: string): string => join(dataDir, owner, `${name}.git`);
  const stopping = new AbortController();
  let isSilent = false;

  /** Answers a git request; `false` where it is none. An unknown repository is asked for a credential, as at GitHub. */
  const handle = (
    request: IncomingMessage,
    response: ServerResponse,
    exists: (owner: string, name: string) => boolean,
  ): boolean => {
    const [, owner = '', name = '', tail = '', query = ''] = PATH.exec(request.url ?? '') ?? [];
    if (owner === '') return false;
    if (isSilent) return true;
    const wants = `${tail}${query}`.includes('git-receive-pack') ? 'write' : 'read';
    const password = basicPassword(request) ?? '';
    if (!exists(owner, name) || !mayUse(password, owner, name, wants)) {
      const status = password === '' ? 401 : 403;
      response.writeHead(status, { 'www-authenticate': 'Basic realm="GitHub"', connection: 'close' });
      response.end('Repository not found.\n');
      return true;
    }
    const service = wants === 'write' ? 'git-receive-pack' : 'git-upload-pack';
    const call = {
      repository: `${owner}/${name}`,
      service,
      method: request.method === 'POST' ? 'POST' : 'GET',
      pathInfo: `/${owner}/${name}.git/${tail}`,
      query,
    } as const;
    serveCall(call, request, response, { dataDir, env, signal: stopping.signal }).catch(() =>
      response.destroy(),
    );
    return true;
  };

  return {
    handle,
    /** Requests get no answer for as long as this is so, however long the client waits. */
    silence: (silent: boolean): void => {
      isSilent = silent;
    },
    create: async (owner: string, name: string): Promise<void> => {
      await mkdir(at(owner, name), { recursive: true });
      const init = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', at(owner, name)];
      await runGit(init, { env, cwd: dataDir, maxBytes: 1_000 });
    },
    remove: (owner: string, name: string) => rm(at(owner, name), { recursive: true, force: true }),
    /** Refs and what they point at, as `git for-each-ref` tells them. */
    refs: async (owner: string, name: string): Promise<Readonly<Record<string, string>>> => {
      const args = ['--git-dir', at(owner, name), 'for-each-ref', '--format=%(refname) %(objectname)'];
      const { stdout } = await runGit(args, { env, cwd: dataDir, maxBytes: 1_000_000 });
      const lines = stdout.toString('utf8').trim().split('\n');
      return Object.fromEntries(lines.filter(Boolean).map((line) => line.split(' ')));
    },
    close: async (): Promise<void> => {
      stopping.abort();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
