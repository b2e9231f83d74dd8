import { Readable } from 'node:stream';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Panels } from '../panels.ts';

const AT = '2026-11-20T10:00:00.000Z';
const COLUMNS = [{ name: 'id', type: 'integer', nullable: false }] as const;
const SHA = 'a'.repeat(40);

/** A backend with one of everything; a name or commit it does not have is not found. */
export const fakePanels: Panels = {
  tables: () => TE.right({ tables: [{ name: 'habits', rows: 1, columns: COLUMNS, key: ['id'] }] }),
  rows: (_session, table) =>
    table === 'habits'
      ? TE.right({ columns: COLUMNS, key: ['id'], rows: [['1'], [null]], versions: ['7', '8'] })
      : TE.left({ code: 'unknown_table', message: 'there is no such table', retryable: false }),
  changeRow: (_session, table) =>
    table === 'habits'
      ? TE.right({ rows: 1 })
      : TE.left({ code: 'unknown_table', message: 'there is no such table', retryable: false }),
  sql: (_session, statement) =>
    /nonsense/.test(statement)
      ? TE.left({ code: 'sql_refused', message: 'syntax error (42601)', retryable: false })
      : TE.right({ columns: [{ name: 'id', type: 'integer' }], rows: [['1']], truncated: false }),
  mail: () =>
    TE.right({
      mails: [{ id: 'm', from: 'a@b', to: ['c@d'], subject: 'Hi', text: 'Hi', html: null, at: AT }],
      contacts: [{ email: 'c@d', at: AT }],
    }),
  analytics: () =>
    TE.right({
      events: [{ event: '$pageview', count: 2 }],
      days: [{ day: '2026-11-20', event: '$pageview', count: 2 }],
      recent: [{ event: '$pageview', at: AT }],
    }),
  files: (_session, sha = SHA) => TE.right({ sha, files: [{ path: 'src/app.tsx', size: 12 }] }),
  file: (_session, path) =>
    path === 'src/app.tsx'
      ? TE.right({
          path,
          sha: SHA,
          oid: SHA,
          size: 9,
          content: 'export {}',
          truncated: false,
          binary: false,
          link: false,
        })
      : TE.left({ code: 'unknown_file', message: 'there is no such file', retryable: false }),
  diff: (_session, sha) => TE.right({ sha, files: [{ path: 'src/app.tsx', status: 'added', patch: '+x' }] }),
  search: (_session, text, sha = SHA) =>
    TE.right({ sha, hits: [{ path: 'src/app.tsx', line: 1, text }], truncated: false }),
  exportZip: () => TE.fromIO(() => Readable.from([Buffer.from('PK')])),
  clone: ({ slug }) =>
    TE.right({
      url: `http://t:s@h/${slug}.git`,
      command: `git clone http://t:s@h/${slug}.git`,
      expiresAt: AT,
    }),
};
