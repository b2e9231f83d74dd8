import { audit } from './audit.ts';
import { columns } from './columns.ts';
import type { Command } from './command.ts';
import { copyLog } from './copy-log.ts';
import { doctor } from './doctor.ts';
import { operatorApi } from './operator-api.ts';
import { ORPHANS_USAGE, orphans } from './orphans.ts';
import { pool } from './pool.ts';
import { projections } from './projections.ts';
import { rebuild, rollback } from './rebuild.ts';
import { sessions } from './sessions.ts';

/** Every command there is, in the order the help shows them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  sessions,
  audit,
  pool,
  doctor,
  projections,
  rebuild,
  rollback,
  'copy-log': copyLog,
  orphans: {
    usage: ORPHANS_USAGE,
    run: (args, { config, say }) => orphans(args, { api: operatorApi(config), say }),
  },
};

const formAndMeaning = (line: string): readonly string[] => {
  const [form = '', meaning = ''] = line.split(/ {2,}/);
  return [`  ${form}`, meaning];
};

export const help = (): string =>
  [
    'npm run mk0r -- <command>',
    '',
    ...columns(Object.values(COMMANDS).flatMap(({ usage }) => usage.split('\n').map(formAndMeaning))),
    '',
    'The data directory is MK0R_DATA_DIR. What only reads it may be asked while a server runs on it.',
  ].join('\n');
