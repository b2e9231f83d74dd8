/** A Postgres that a sandbox wants to speak to. */
export type Endpoint = { readonly host: string; readonly port: number };

/** The parameter a connection string of ours names it in; Neon knows `options=endpoint=...` for the same purpose. */
const OPTION = /^endpoint=([a-z0-9.-]{1,253})(?::(\d{1,5}))?$/;
const POSTGRES_PORT = 5432;

export const endpointOf = (options: string | undefined): Endpoint | undefined => {
  const [, host, port] = OPTION.exec(options ?? '') ?? [];
  return host === undefined ? undefined : { host, port: port === undefined ? POSTGRES_PORT : Number(port) };
};

/**
 * A connection string that leads to the relay at `port`, and says there where it was to lead. Without TLS: the way to
 * the relay is loopback, and the relay speaks TLS from there on.
 */
export const throughRelay = (databaseUrl: string, port: number): string => {
  const url = new URL(databaseUrl);
  const target = url.port === '' ? url.hostname : `${url.hostname}:${url.port}`;
  url.hostname = '127.0.0.1';
  url.port = String(port);
  url.search = '';
  url.searchParams.set('options', `endpoint=${target}`);
  return url.href;
};
