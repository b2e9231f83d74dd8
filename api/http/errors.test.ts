import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import { handleErrors } from './errors.ts';
import { ProblemError } from './problem.ts';

/** What a server logs of an error on the way to its answer. */
const logged = async (error: Error) => {
  const lines: string[] = [];
  const server = fastify({ logger: { level: 'warn', stream: { write: (line) => lines.push(line) } } });
  handleErrors(server);
  server.get('/', () => Promise.reject(error));
  const { statusCode } = await server.inject('/');
  await server.close();
  return { statusCode, lines: lines.map((line) => JSON.parse(line)) };
};

test('what this server cannot do for a while is a warning of one line, and what nobody foresaw an error with its place', async () => {
  const WARN = 40;
  const ERROR = 50;
  const [building, busy, bug] = await Promise.all([
    logged(new ViewsUnavailable('no table serves yet')),
    logged(new ProblemError(503, 'overloaded', 'Try again shortly.')),
    logged(new Error('undefined is not a function')),
  ]);
  expect(building).toMatchObject({
    statusCode: 503,
    lines: [{ level: WARN, code: 'views_unavailable', reason: 'no table serves yet' }],
  });
  expect(busy).toMatchObject({ statusCode: 503, lines: [{ level: WARN, code: 'overloaded' }] });
  expect(JSON.stringify([building, busy])).not.toContain('stack');
  expect(bug).toMatchObject({
    statusCode: 500,
    lines: [{ level: ERROR, err: { stack: expect.any(String) } }],
  });
});
