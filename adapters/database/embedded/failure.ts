/** Why the embedded Postgres cannot start. `code` is stable; `message` says what to do about it. */
export class EmbeddedPostgresError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}
