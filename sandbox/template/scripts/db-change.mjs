// `npm run db:change -- add_notes`: writes what changed in server/schema.ts as a migration into drizzle/, which belongs
// in git, and applies it. Where nothing has changed, or where there is no database, it says so.
import { changeTables } from './lib/change.mjs';

await changeTables(process.argv[2] ?? 'change', console.log);
