import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Panels } from '../panels.ts';

const AT = '2026-11-20T10:00:00.000Z';
const SHA = 'a'.repeat(40);

/** A backend with one of everything; a name or commit it does not have is not found. */
export const fakePanels: Panels = {
  tables: () =>
    TE.right({ tables: [{ name: 'habits', rows: 1, columns: [{ name: 'id', type: 'integer' }] }] }),
  rows: (_session, table) =>
    table === 'habits'
      ? TE.right({ columns: [{ name: 'id', type: 'integer' }], rows: [['1'], [null]] })
      : TE.left({ code: 'unknown_table', message: 'there is no such table', retryable: false }),
  mail: () =>
    TE.right({
      mails: [{ id: 'm', from: 'a@b', to: ['c@d'], subject: 'Hi', text: 'Hi', html: null, at: AT }],
      contacts: [{ email: 'c@d', at: AT }],
    }),
  analytics: () =>
    TE.right({ events: [{ event: '$pageview', count: 2 }], recent: [{ event: '$pageview', at: AT }] }),
  files: (_session, sha = SHA) => TE.right({ sha, files: [{ path: 'src/app.tsx', size: 12 }] }),
  file: (_session, path) =>
    path === 'src/app.tsx'
      ? TE.right({ path, content: 'export {}', truncated: false })
      : TE.left({ code: 'unknown_file', message: 'there is no such file', retryable: false }),
  diff: (_session, sha) => TE.right({ sha, files: [{ path: 'src/app.tsx', status: 'added', patch: '+x' }] }),
  clone: ({ slug }) =>
    TE.right({
      url: `http://t:s@h/${slug}.git`,
      command: `git clone http://t:s@h/${slug}.git`,
      expiresAt: AT,
    }),
};
