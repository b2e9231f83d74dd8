/** Why the embedded git host cannot start. `code` is stable; `message` says what to do about it. */
export class GitHostError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'GitHostError';
    this.code = code;
  }
}
