import { customType } from 'drizzle-orm/pg-core';

/** Words prepared for full-text search; Postgres computes them from other columns. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
