import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'dotenv';
import { withClient } from '../../adapters/database/with-client.ts';

/** What one session has left on the server's disk: the ground truth tests compare the screens with. */
export type OnDisk = {
  readonly envFile: string;
  /** `/app/.env` as the app sees it. */
  readonly env: () => Readonly<Record<string, string>>;
  /** Rows of one query, asked with the session's own credentials. */
  readonly sql: (query: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Git in the session's bare repository. */
  readonly git: (...args: string[]) => Promise<string>;
};

const ask = (url: string, query: string): Promise<readonly Record<string, unknown>[]> =>
  withClient(url, { timeoutMs: 10_000 }, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(query);
    return rows;
  });

/** After a turn the data is copied, for which connections are ended (decision 084): an app asks again, and so do we. */
const patiently = async <A>(work: () => Promise<A>): Promise<A> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const wasEnded = error instanceof Error && 'code' in error && error.code === '57P01';
      if (!wasEnded || tries === 10) throw error;
    }
  }
};

export const onDisk = (dataDir: string, slug: string): OnDisk => {
  const name = `mk0r-${slug}`;
  const envFile = join(dataDir, 'sandboxes', name, 'app', '.env');
  const env = () => parse(readFileSync(envFile));
  return {
    envFile,
    env,
    sql: (query) => patiently(() => ask(env().DATABASE_URL ?? '', query)),
    git: async (...args) => {
      const { stdout } = await promisify(execFile)('git', [
        '--git-dir',
        join(dataDir, 'git', `${name}.git`),
        ...args,
      ]);
      return stdout.trim();
    },
  };
};
