import { STATUS_CODES } from 'node:http';
import { type Static, Type } from 'typebox';

/** RFC 9457, with a stable `code` beside the prose. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; what a program should look at.' }),
    detail: Type.String({ description: 'For a person: what is wrong and what to do about it.' }),
    instance: Type.Optional(Type.String({ description: "The request's id, as in the server's log." })),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof ProblemSchema>;
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Thrown by hooks and handlers; the one error handler turns it into the answer. */
export class ProblemError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.statusCode = status;
    this.code = code;
    this.headers = headers;
  }
}

export const problemBody = (status: number, code: string, detail: string, instance?: string): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  code,
  detail,
  ...(instance === undefined ? {} : { instance }),
});
