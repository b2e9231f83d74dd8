import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.ts';

/** Longer than any pause of the event loop in ordinary work: a server this late does better to say no. */
const TOO_LATE_MS = 2_000;

/** Answers 503 while the process cannot keep up, except to those who ask how it is. */
export const shedLoad = async (server: FastifyInstance, tooLateMs = TOO_LATE_MS): Promise<void> => {
  await server.register(underPressure, {
    maxEventLoopDelay: tooLateMs,
    pressureHandler: (request) => {
      if (['/healthz', '/readyz', '/metrics'].includes(request.routeOptions.url ?? '')) return;
      throw new ProblemError(503, 'overloaded', 'The server has more to do than it can; try again shortly.', {
        'retry-after': '5',
      });
    },
  });
};
