import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from '../config.ts';
import { visitorOf } from './access.ts';
import { ProblemError } from './problem.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Limit = (request: FastifyRequest) => Promise<void>;

declare module 'fastify' {
  interface FastifyInstance {
    readonly limits: {
      /** Rejects with 429 when the visitor, or the address, has started enough sessions this hour. */
      readonly sessionStart: Limit;
      readonly turn: Limit;
      readonly liveTicket: Limit;
      /** False when this address has nudged the pool in the last ten seconds. */
      readonly mayNudge: (request: FastifyRequest) => Promise<boolean>;
    };
  }
}

/**
 * Counters in memory, per process. An address is an IPv4 address or an IPv6 /64 (the plugin's default). A uid costs
 * nothing to get, so what is dear is limited by address as well.
 */
export const limitRates = async (
  server: FastifyInstance,
  { enabled, startsPerVisitor, startsPerAddress }: RateLimits,
): Promise<void> => {
  const tooMany = (after: number): ProblemError =>
    new ProblemError(429, 'rate_limited', `Too many requests; try again in ${after} s.`, {
      'retry-after': `${after}`,
    });

  await server.register(rateLimit, {
    // As a hook of the whole server instead of one per route: it counts before anybody is let in or turned away.
    global: false,
    max: 3_000,
    timeWindow: MINUTE,
    allowList: () => !enabled,
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / SECOND)),
  });
  server.addHook('onRequest', server.rateLimit());

  const limit = (options: CreateRateLimitOptions): Limit => {
    const count = server.createRateLimit(options);
    return async (request) => {
      const seen = await count(request);
      if (!seen.isAllowed && seen.isExceeded) throw tooMany(seen.ttlInSeconds);
    };
  };
  const byVisitor = (request: FastifyRequest): string => visitorOf(request).uid;

  const startsOfVisitor = limit({ max: startsPerVisitor, timeWindow: HOUR, keyGenerator: byVisitor });
  const startsOfAddress = limit({ max: startsPerAddress, timeWindow: HOUR });
  const nudges = server.createRateLimit({ max: 1, timeWindow: 10 * SECOND });

  server.decorate('limits', {
    sessionStart: async (request) => {
      await startsOfVisitor(request);
      await startsOfAddress(request);
    },
    turn: limit({ max: 60, timeWindow: MINUTE, keyGenerator: byVisitor }),
    liveTicket: limit({ max: 120, timeWindow: MINUTE, keyGenerator: byVisitor }),
    mayNudge: async (request) => {
      const seen = await nudges(request);
      return seen.isAllowed || !seen.isExceeded;
    },
  });
};
