import { EventStoreDBClient } from '@eventstore/db-client';
import * as Either from 'fp-ts/lib/Either.js';

export type KurrentAddress = {
  /** As the client takes it, with the password in it. */
  readonly connectionString: string;
  /** Handed to every call: see `connection.ts`. */
  readonly credentials: { readonly username: string; readonly password: string };
};

/** KurrentDB's own names for the scheme, which client 6 refuses to parse. */
const KURRENT_SCHEME = /^(?:kurrentdb|kurrent|kdb)(\+discover)?:\/\//i;
const SHAPE = /^esdb(?:\+discover)?:\/\/(?:([^:/?@]+):([^/?@]+)@)?[^/?@]+\/?(?:\?(.*))?$/;

/** Short, so that a call that finds no node says so while somebody still waits for it. */
const DISCOVERY = { maxDiscoverAttempts: '1', gossipTimeout: '1' };

/** Without TLS the client sends no credentials, whatever they are. */
const NOT_SENT = { username: 'admin', password: 'changeit' };

/** Reads `EVENTSTORE_URL`. The message of a refusal says what to write instead, and never holds the password. */
export const parseKurrentUrl = (url: string): Either.Either<string, KurrentAddress> => {
  const renamed = url.trim().replace(KURRENT_SCHEME, 'esdb$1://');
  const [, username, password, query = ''] = SHAPE.exec(renamed) ?? [];
  if (!SHAPE.test(renamed)) {
    return Either.left(
      'EVENTSTORE_URL must look like esdb://user:password@host:2113, or esdb+discover:// for a cluster found by DNS',
    );
  }
  const given = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  if (username === undefined && given.get('tls') !== 'false') {
    return Either.left(
      'EVENTSTORE_URL must name a user (esdb://user:password@host:2113): reading the whole log needs the rights of ' +
        'an administrator; only a server without TLS (?tls=false) is open to everybody',
    );
  }
  const added = Object.entries(DISCOVERY).filter(([name]) => !given.has(name.toLowerCase()));
  const options = [query, ...added.map(([name, value]) => `${name}=${value}`)].filter((part) => part !== '');
  const [address = ''] = renamed.split('?');
  return Either.tryCatch(
    () => {
      const connectionString = `${address}?${options.join('&')}`;
      // Parses, and reads the certificate files it names; connects to nothing.
      EventStoreDBClient.connectionString(connectionString);
      const credentials =
        username === undefined || password === undefined
          ? NOT_SENT
          : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
      return { connectionString, credentials };
    },
    (error) => {
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      const hidden = password === undefined ? reason : reason.replaceAll(password, '***');
      return `EVENTSTORE_URL cannot be used: ${hidden}`;
    },
  );
};
