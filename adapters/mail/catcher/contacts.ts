import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../sqlite.ts';
import type { CatcherLimits } from './limits.ts';
import { type Page, pageOf, type Row } from './pages.ts';
import { invalid, notFound } from './refusal.ts';
import { type ContactChange, type ContactInput, check, propertiesSchema } from './validation.ts';

export type Contact = {
  readonly id: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly unsubscribed: boolean;
  readonly created_at: string;
};
type StoredContact = Contact & {
  readonly segmentId: string;
  readonly properties: NonNullable<ContactChange['properties']>;
};

export const contact = (row: Row): Contact => ({
  id: String(row.id),
  email: String(row.email),
  first_name: row.first_name === null ? null : String(row.first_name),
  last_name: row.last_name === null ? null : String(row.last_name),
  unsubscribed: row.unsubscribed === 1,
  created_at: String(row.created_at),
});

/** `scope` is the audience a request is about; `undefined` is all of them. */
type Scope = string | undefined;
const within = (scope: Scope): Record<string, string> => (scope === undefined ? {} : { segment_id: scope });

/**
 * Contacts, each in one segment or in none ('').
 * At Resend a contact is team-wide and may be in many segments. Here one address in two audiences is two contacts:
 * two sessions that know the same person must not see or change each other's entry.
 */
export type Contacts = {
  /** Adds a contact, or changes the one with that address; answers its id either way. */
  readonly put: (segmentId: string, input: ContactInput) => string;
  /** By id or by address. */
  readonly get: (scope: Scope, idOrEmail: string) => StoredContact;
  readonly change: (scope: Scope, idOrEmail: string, change: ContactChange) => string;
  readonly join: (scope: Scope, idOrEmail: string, segmentId: string) => string;
  readonly remove: (scope: Scope, idOrEmail: string) => string;
  readonly list: (scope: Scope, query: unknown) => Page<Contact>;
};

export const openContacts = (database: DatabaseSync, limits: CatcherLimits): Contacts => {
  const find = (scope: Scope, idOrEmail: string): StoredContact | undefined => {
    const column = idOrEmail.includes('@') ? 'email' : 'id';
    const inScope = scope === undefined ? '' : 'AND segment_id = :segment_id';
    const row = database
      .prepare(`SELECT * FROM contacts WHERE ${column} = :idOrEmail ${inScope} ORDER BY seq DESC LIMIT 1`)
      .get({ idOrEmail, ...within(scope) });
    return row === undefined
      ? undefined
      : {
          ...contact(row),
          segmentId: String(row.segment_id),
          properties: JSON.parse(String(row.properties)),
        };
  };
  const get: Contacts['get'] = (scope, idOrEmail) => {
    const found = find(scope, idOrEmail);
    if (found === undefined) throw notFound('Contact');
    return found;
  };
  const update = (old: StoredContact, change: ContactChange): string => {
    const properties = check(propertiesSchema, { ...old.properties, ...change.properties });
    database
      .prepare(
        `UPDATE contacts SET first_name = ?, last_name = ?, unsubscribed = ?, properties = ? WHERE id = ?`,
      )
      .run(
        change.first_name === undefined ? old.first_name : change.first_name,
        change.last_name === undefined ? old.last_name : change.last_name,
        (change.unsubscribed ?? old.unsubscribed) ? 1 : 0,
        JSON.stringify(properties),
        old.id,
      );
    return old.id;
  };
  const insert = (segmentId: string, input: ContactInput): string => {
    const held = database.prepare(`SELECT count(*) AS n FROM contacts WHERE segment_id = ?`).get(segmentId);
    if (Number(held?.n) >= limits.contactsPerSegment)
      throw invalid(`This audience is full: it holds ${limits.contactsPerSegment} contacts.`);
    const id = randomUUID();
    database
      .prepare(
        `INSERT INTO contacts (id, segment_id, email, first_name, last_name, unsubscribed, properties, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        segmentId,
        input.email,
        input.first_name ?? null,
        input.last_name ?? null,
        input.unsubscribed ? 1 : 0,
        JSON.stringify(input.properties ?? {}),
        new Date().toISOString(),
      );
    return id;
  };
  return {
    get,
    put: (segmentId, input) =>
      inTransaction(database, () => {
        const old = find(segmentId, input.email);
        return old === undefined ? insert(segmentId, input) : update(old, input);
      }),
    change: (scope, idOrEmail, change) => update(get(scope, idOrEmail), change),
    join: (scope, idOrEmail, segmentId) => {
      const { id, segmentId: current } = get(scope, idOrEmail);
      if (current === segmentId) return id;
      if (current !== '')
        throw invalid('Here a contact is in one segment at most; add it to the other anew.');
      database.prepare(`UPDATE contacts SET segment_id = ? WHERE id = ?`).run(segmentId, id);
      return id;
    },
    remove: (scope, idOrEmail) => {
      const { id } = get(scope, idOrEmail);
      database.prepare(`DELETE FROM contacts WHERE id = ?`).run(id);
      return id;
    },
    list: (scope, query) => pageOf(database, 'contacts', within(scope), query, contact),
  };
};
