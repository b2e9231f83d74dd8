import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMasterKey } from '../../adapters/vault/master-key.ts';
import { createDeriver } from '../../commands/identifiers.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { onDisk } from './on-disk.ts';
import type { Secrets } from './secret-search.ts';

/** Every value that opens something: the server's own, and those of one session. */
export const secretsOf = (
  dataDir: string,
  session: { readonly id: string; readonly slug: string },
): Secrets => {
  const read = (...path: string[]) => readFileSync(join(dataDir, ...path), 'utf8').trim();
  const masterKey = rightOf(loadMasterKey({ env: undefined, dataDir }));
  const derive = createDeriver(masterKey);
  const env = onDisk(dataDir, session.slug).env();
  const credential = read('sandboxes', `mk0r-${session.slug}`, 'run', 'git-credential');
  const keyFile = read('identity', 'identity-key.pem').split('\n');
  return {
    'master key': read('master.key'),
    'master key as bytes': Buffer.from(masterKey).toString('latin1'),
    'mail control key': `re_${derive('mail-control-key')}`,
    'git token key': read('git', 'token-key'),
    'superuser password': read('postgres', 'superuser'),
    'identity key': keyFile[1] ?? '',
    'bridge token': derive('bridge-token', session.id),
    'git credential': /^password=(.*)$/m.exec(credential)?.[1] ?? '',
    DATABASE_URL: env.DATABASE_URL ?? '',
    NEON_ROLE_PASSWORD: env.NEON_ROLE_PASSWORD ?? '',
    RESEND_API_KEY: env.RESEND_API_KEY ?? '',
  };
};
