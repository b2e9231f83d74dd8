// `npm run db:migrate`: applies the migrations in drizzle/ that the database has not seen yet.
import { required } from '../server/env.ts';
import { migrate } from '../server/migrate.ts';

console.log(`Applied ${await migrate(required('DATABASE_URL'))} new migrations.`);
