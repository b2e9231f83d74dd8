import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What a deployment fills in that is nobody's until then: values that are well-formed and no more. */
export const FILLED_IN: Readonly<Record<string, string>> = {
  EVENTSTORE_URL: 'esdb://admin:password@node1:2113,node2:2113,node3:2113?tls=true',
  MK0R_MASTER_KEY: 'ab'.repeat(32),
  ADMIN_TOKEN: 'an-operator-of-this-installation',
  E2B_API_KEY: 'e2b_0123456789abcdef0123456789abcdef01234567',
  NEON_PROVISIONING_KEY: 'napi_0123456789abcdef',
  RESEND_PROVISIONING_KEY: 're_0123456789abcdef',
  GITHUB_PROVISIONING_TOKEN: 'github_pat_0123456789abcdef',
  POSTHOG_PROJECT_KEY: 'phc_0123456789abcdef',
  FIREBASE_PROJECT_ID: 'my-apps-12345',
  FIREBASE_API_KEY: 'AIzaSy0123456789abcdef0123456789abcdef',
};
