import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';
import { type Caller, sha256 } from './caller.ts';
import { type Page, pageOf, type Row } from './pages.ts';
import { notFound } from './refusal.ts';
import type { apiKeySchema } from './validation.ts';

type ApiKey = {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
};

const apiKey = (row: Row): ApiKey => ({
  id: String(row.id),
  name: String(row.name),
  created_at: String(row.created_at),
  last_used_at: row.last_used_at === null ? null : String(row.last_used_at),
});

export type ApiKeys = {
  /** The token leaves here and is kept nowhere: only its SHA-256 is. */
  readonly create: (
    input: z.infer<typeof apiKeySchema>,
    segmentId: string,
  ) => { readonly id: string; readonly token: string };
  readonly rename: (id: string, name: string) => void;
  readonly remove: (id: string) => void;
  readonly list: (query: unknown) => Page<ApiKey>;
  readonly byTokenDigest: (digest: string) => Caller | undefined;
};

export const openApiKeys = (database: DatabaseSync): ApiKeys => {
  const insert = database.prepare(
    `INSERT INTO api_keys (id, name, token_sha256, permission, segment_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare(`SELECT id, permission, segment_id FROM api_keys WHERE token_sha256 = ?`);
  const touch = database.prepare(
    `UPDATE api_keys SET last_used_at = ?1 WHERE id = ?2 AND last_used_at IS NOT ?1`,
  );
  return {
    create: ({ name, permission }, segmentId) => {
      const id = randomUUID();
      const token = `re_${randomBytes(24).toString('base64url')}`;
      insert.run(id, name, sha256(token), permission, segmentId, new Date().toISOString());
      return { id, token };
    },
    rename: (id, name) => {
      const { changes } = database.prepare(`UPDATE api_keys SET name = ? WHERE id = ?`).run(name, id);
      if (changes === 0) throw notFound('API key');
    },
    remove: (id) => {
      const { changes } = database.prepare(`DELETE FROM api_keys WHERE id = ?`).run(id);
      if (changes === 0) throw notFound('API key');
    },
    list: (query) => pageOf(database, 'api_keys', {}, query, apiKey),
    byTokenDigest: (digest) => {
      const row = find.get(digest);
      if (row === undefined) return undefined;
      const keyId = String(row.id);
      // To the minute: exact enough to look at, and not one disk write per request.
      touch.run(`${new Date().toISOString().slice(0, 16)}:00.000Z`, keyId);
      return {
        keyId,
        permission: row.permission === 'full_access' ? 'full_access' : 'sending_access',
        segmentId: String(row.segment_id),
      };
    },
  };
};
