import * as z from 'zod';
import { readJson } from '../http/body.ts';
import type { Routes } from '../http/server.ts';
import type { Versions } from '../version/version.ts';
import { envRecord } from './schemas.ts';

const version = z.strictObject({ sha: z.string().regex(/^[0-9a-f]{40}$/), env: envRecord.default({}) });

/** An older version of the app, looked at beside it. */
export const versionRoutes = (versions: Versions): Routes => ({
  'POST /version': async ({ request }) => {
    await versions.open(await readJson(request, version));
    return versions.report();
  },
  'GET /version': () => versions.report(),
  'POST /version/close': async () => {
    await versions.close();
    return { closed: true };
  },
});
