import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Everybody who has proved an address. */
export const accounts = pgTable('accounts', {
  id: uuid().primaryKey().defaultRandom(),
  email: text().notNull().unique(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});

/** A mail that is on its way: hashes only, so that reading this table lets nobody in. */
export const signInMails = pgTable('account_mails', {
  id: uuid().primaryKey().defaultRandom(),
  email: text().notNull(),
  linkHash: text('link_hash').notNull().unique(),
  codeHash: text('code_hash').notNull(),
  wrongCodes: integer('wrong_codes').notNull().default(0),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  usedAt: timestamp('used_at', { withTimezone: true }),
});

/** A browser that is signed in. */
export const signIns = pgTable('account_sign_ins', {
  tokenHash: text('token_hash').primaryKey(),
  accountId: uuid('account_id')
    .notNull()
    .references(() => accounts.id, { onDelete: 'cascade' }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
