import { SERVICE_ENV_NAMES, SERVICES } from '../../domain/services.ts';
import { moveTo } from '../../projections/session-view/moves.ts';
import { json, type Reply } from './mock-reply.ts';
import type { SessionLog } from './session-log.ts';

const FILES = [
  'CLAUDE.md',
  'package.json',
  'server/routes/habits.ts',
  'server/tables/habits.ts',
  'src/main.tsx',
];
const CONTENT = `import { date, pgTable, serial, text } from 'drizzle-orm/pg-core';\n\nexport const habits = pgTable('habits', {\n  id: serial().primaryKey(),\n  name: text().notNull(),\n  since: date().notNull(),\n});\n`;
const PATCH = `@@ -0,0 +1,3 @@\n+export const habits = pgTable('habits', {\n+  id: serial().primaryKey(),\n+});\n`;

const COLUMNS = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'name', type: 'text', nullable: false },
  { name: 'since', type: 'date', nullable: true },
];

/** What can be read of a session; its backend is the same for all. */
export const reads = (log: SessionLog, rest: string, query: URLSearchParams): Reply | undefined => {
  const { view, transcript } = log.views(query.get('at'));
  if (rest === '') return json(view);
  if (rest === '/transcript') return json(transcript);
  if (rest === '/history') {
    const { history } = view;
    const moves = Object.fromEntries(
      [history.root, ...history.commits.map(({ sha }) => sha)].map((sha) => [sha, moveTo(history, sha)]),
    );
    return json({ ...history, moves, tables: [{ name: 'habits', rows: 3 }] });
  }
  if (rest === '/files')
    return json({ sha: view.history.at, files: FILES.map((path) => ({ path, size: 1 })) });
  if (rest.startsWith('/files/'))
    return json({
      path: decodeURIComponent(rest.slice(7)),
      sha: view.history.at,
      oid: 'b'.repeat(40),
      size: CONTENT.length,
      content: CONTENT,
      truncated: false,
      binary: false,
      link: false,
    });
  if (rest.startsWith('/diff/'))
    return json({ sha: rest.slice(6), files: [{ path: FILES[3], status: 'added', patch: PATCH }] });
  if (rest === '/database') {
    return json({
      tables: [
        { name: 'check_ins', rows: 214, columns: COLUMNS, key: ['id'] },
        { name: 'habits', rows: 3, columns: COLUMNS, key: ['id'] },
      ],
    });
  }
  if (rest.startsWith('/database/')) {
    return json({
      columns: COLUMNS,
      key: ['id'],
      versions: ['1', '2', '3'],
      rows: [
        ['1', 'Read for ten minutes', '2026-02-11'],
        ['2', 'Walk before noon', '2026-03-01'],
        ['3', 'No phone in bed', null],
      ],
    });
  }
  if (rest === '/mail') {
    const mail = { from: 'app@mk0r.local', to: ['ada@example.com'], at: new Date().toISOString() };
    return json({
      mails: [
        {
          id: 'm1',
          ...mail,
          subject: 'You are on the list',
          text: 'Hello Ada',
          html: '<h1>Hello Ada</h1><p>You are number 1.</p>',
        },
        {
          id: 'm2',
          ...mail,
          subject: 'New signup',
          text: 'ada@example.com joined the waitlist.',
          html: null,
        },
      ],
      contacts: [{ email: 'ada@example.com', at: new Date().toISOString() }],
    });
  }
  if (rest === '/analytics') {
    const events = [
      { event: '$pageview', count: 41 },
      { event: 'habit_added', count: 3 },
      { event: 'check_in', count: 17 },
    ];
    return json({ events, recent: [{ event: 'check_in', at: new Date().toISOString() }] });
  }
  if (rest === '/env') {
    const variables = SERVICES.flatMap((service) =>
      SERVICE_ENV_NAMES[service].map((name) => ({ name, masked: 'post…9f2c', service, replaced: false })),
    );
    return json({ version: view.env.version, variables });
  }
  if (rest === '/clone') {
    const url = `http://x:token@localhost:3000/git/mk0r-${log.slug}.git`;
    return json({
      url,
      command: `git clone ${url}`,
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
    });
  }
  return undefined;
};
