import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeriver } from '../../../commands/identifiers.ts';
import { rightOf } from '../../../domain/testing/outcome.ts';
import { readConfig } from '../../config.ts';
import { startIdentity } from './identity.ts';

const AT_FIREBASE = { FIREBASE_PROJECT_ID: 'apps-of-ann', FIREBASE_API_KEY: 'AIzaSy0123456789' };
const STAND_IN = { FIREBASE_API_URL: 'http://localhost:9099/' };

describe('visitors sign in', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mk0r-identity-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const started = async (env: Readonly<Record<string, string>>) => {
    const config = rightOf(readConfig({ MK0R_DATA_DIR: dataDir, ...env }));
    return startIdentity({
      config,
      publicUrl: 'http://localhost:3000',
      derive: createDeriver(Buffer.from('master key of the tests')),
      logger: pino({ level: 'silent' }),
      sandboxNetwork: 'loopback',
    });
  };

  test('at this server, unless told otherwise', async () => {
    const identity = await started({});
    expect(identity).toMatchObject({ provider: 'embedded', page: { signIn: 'here' } });
    expect(identity.plugin).toBeDefined();
    await identity.close();
  });

  test('at Firebase with a project, and this server then signs nobody in', async () => {
    expect(await started(AT_FIREBASE)).toMatchObject({
      provider: 'firebase',
      plugin: undefined,
      page: {
        firebase: { projectId: 'apps-of-ann', authDomain: 'apps-of-ann.firebaseapp.com' },
        signIn: ['https://identitytoolkit.googleapis.com', 'https://securetoken.googleapis.com'],
      },
    });
  });

  test('at what answers for Firebase, where there is such a thing', async () => {
    expect((await started({ ...AT_FIREBASE, ...STAND_IN })).page).toMatchObject({
      signIn: ['http://localhost:9099'],
      apiUrl: 'http://localhost:9099',
    });
  });
});
