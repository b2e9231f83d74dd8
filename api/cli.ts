import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import { openSqliteEventStore } from '../adapters/event-store/sqlite.ts';
import { AUDIT_USAGE, audit } from './cli/audit.ts';
import { operatorApi } from './cli/operator-api.ts';
import { ORPHANS_USAGE, orphans } from './cli/orphans.ts';
import { changeProjection, PROJECTIONS_USAGE, projections } from './cli/projections.ts';
import { loadEnvFile } from './config/env-file.ts';
import { type Config, readConfig } from './config.ts';

const USAGE = `npm run mk0r -- <command>

${AUDIT_USAGE}

Asked of the running server, with ADMIN_TOKEN set for both:
pool               what stands ready
${PROJECTIONS_USAGE}
${ORPHANS_USAGE}
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const run = async (config: Config, [command, ...args]: readonly string[]): Promise<number> => {
  switch (command) {
    case 'audit': {
      const file = join(config.dataDir, 'log', 'events.db');
      if (!existsSync(file))
        throw new Error(`There is no log at ${file}. Set MK0R_DATA_DIR to the server's.`);
      const store = openSqliteEventStore({ file });
      if (isLeft(store)) throw new Error(store.left.message);
      return audit(args, { store: store.right, say }).finally(() => store.right.close());
    }
    case 'pool':
      say(JSON.stringify(await operatorApi(config).get('/api/pool'), null, 2));
      return 0;
    case 'projections':
      return projections({ api: operatorApi(config), say });
    case 'rebuild':
    case 'rollback':
      return changeProjection(command, args[0], { api: operatorApi(config), say });
    case 'orphans':
      return orphans(args, { api: operatorApi(config), say });
    default:
      say(USAGE);
      return command === undefined || command === 'help' ? 0 : 2;
  }
};

loadEnvFile();
const config = readConfig(process.env);
if (isLeft(config)) {
  for (const { message } of config.left) process.stderr.write(`${message}\n`);
  process.exit(2);
}
try {
  process.exit(await run(config.right, process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
