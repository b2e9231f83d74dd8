import type { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../sqlite.ts';

/** `mk0m`, in the file's header. */
const APPLICATION_ID = 0x6d6b306d;

/** `seq` orders every list, newest first, as Resend's cursors do. A `segment_id` of '' means: in no segment. */
const VERSION_1 = `
  CREATE TABLE segments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE api_keys (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    permission TEXT NOT NULL CHECK (permission IN ('full_access', 'sending_access')),
    segment_id TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    last_used_at TEXT
  ) STRICT;
  CREATE INDEX api_keys_by_segment ON api_keys (segment_id);
  CREATE TABLE contacts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    segment_id TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    first_name TEXT,
    last_name TEXT,
    unsubscribed INTEGER NOT NULL,
    properties TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (segment_id, email)
  ) STRICT;
  CREATE TABLE mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    length INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX mails_by_tenant ON mails (tenant, seq, length);
  CREATE INDEX mails_by_key ON mails (api_key_id, seq);
  CREATE TABLE sent_per_day (
    tenant TEXT NOT NULL,
    day TEXT NOT NULL,
    mails INTEGER NOT NULL,
    PRIMARY KEY (tenant, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (tenant, key)
  ) STRICT, WITHOUT ROWID;
`;

export const openCatcherStore = (file: string): DatabaseSync =>
  openStore({ file, what: 'mail store', applicationId: APPLICATION_ID, migrations: [VERSION_1] });
