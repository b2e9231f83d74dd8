import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../sqlite.ts';
import { type Page, pageOf, type Row } from './pages.ts';
import { notFound } from './refusal.ts';

export type Segment = { readonly id: string; readonly name: string; readonly created_at: string };

const segment = (row: Row): Segment => ({
  id: String(row.id),
  name: String(row.name),
  created_at: String(row.created_at),
});

export type Segments = {
  readonly create: (name: string) => Segment;
  readonly get: (id: string) => Segment;
  readonly rename: (id: string, name: string) => void;
  /**
   * Ends an audience and, unlike Resend, everything that is only there for it: its contacts, the mails its keys
   * sent, and the keys themselves. A session that is forgotten leaves no address behind.
   */
  readonly remove: (id: string) => void;
  readonly list: (query: unknown) => Page<Segment>;
};

const REMOVED_WITH_A_SEGMENT = [
  `DELETE FROM api_keys WHERE segment_id = ?`,
  `DELETE FROM contacts WHERE segment_id = ?`,
  `DELETE FROM mails WHERE tenant = ?`,
  `DELETE FROM idempotency WHERE tenant = ?`,
  `DELETE FROM sent_per_day WHERE tenant = ?`,
];

/** `purge` is called once the addresses of an audience are to be taken off the disk. */
export const openSegments = (database: DatabaseSync, purge: () => void): Segments => {
  const get = (id: string): Segment => {
    const row = database.prepare(`SELECT * FROM segments WHERE id = ?`).get(id);
    if (row === undefined) throw notFound('Segment');
    return segment(row);
  };
  return {
    get,
    create: (name) => {
      const created = { id: randomUUID(), name, created_at: new Date().toISOString() };
      database
        .prepare(`INSERT INTO segments (id, name, created_at) VALUES (:id, :name, :created_at)`)
        .run(created);
      return created;
    },
    rename: (id, name) => {
      const { changes } = database.prepare(`UPDATE segments SET name = ? WHERE id = ?`).run(name, id);
      if (changes === 0) throw notFound('Segment');
    },
    remove: (id) => {
      inTransaction(database, () => {
        get(id);
        for (const statement of REMOVED_WITH_A_SEGMENT) database.prepare(statement).run(id);
        database.prepare(`DELETE FROM segments WHERE id = ?`).run(id);
      });
      purge();
    },
    list: (query) => pageOf(database, 'segments', {}, query, segment),
  };
};
