import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from '../config.ts';
import { visitorOf } from './access.ts';
import { ProblemError } from './problem.ts';
import { createQuota, type Settle } from './start-quota.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Limit = (request: FastifyRequest) => Promise<void>;

declare module 'fastify' {
  interface FastifyInstance {
    readonly limits: {
      /**
       * Rejects with 429 when the visitor, or the address, has started enough sessions this hour. A start that we
       * failed at (5xx) does not count.
       */
      readonly sessionStart: Limit;
      readonly turn: Limit;
      readonly liveTicket: Limit;
      /** A broken app may throw by the second. */
      readonly appError: Limit;
      /** By address: nobody guesses 256 bits, and nobody has to be let try. */
      readonly redeemLink: Limit;
      /** By address: ten guesses a minute at a token of sixteen characters or more. */
      readonly operatorSignIn: Limit;
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
  const byVisitor = (request: FastifyRequest): string =>
    request.operator === undefined ? visitorOf(request).uid : 'operator';

  const startsOfVisitor = createQuota(server, {
    max: startsPerVisitor,
    timeWindow: HOUR,
    keyGenerator: byVisitor,
  });
  const startsOfAddress = createQuota(server, { max: startsPerAddress, timeWindow: HOUR });
  const starting = new WeakMap<FastifyRequest, Settle[]>();
  server.addHook('onResponse', async (request, reply) => {
    const outcome = reply.statusCode >= 500 || reply.statusCode === 429 ? 'is free' : 'counts';
    for (const settle of starting.get(request) ?? []) await settle(outcome);
  });
  const nudges = server.createRateLimit({ max: 1, timeWindow: 10 * SECOND });

  server.decorate('limits', {
    sessionStart: async (request) => {
      const held: Settle[] = [];
      starting.set(request, held);
      for (const quota of [startsOfVisitor, startsOfAddress]) {
        const place = await quota(request);
        if ('refusedForS' in place) throw tooMany(place.refusedForS);
        held.push(place.settle);
      }
    },
    turn: limit({ max: 60, timeWindow: MINUTE, keyGenerator: byVisitor }),
    liveTicket: limit({ max: 120, timeWindow: MINUTE, keyGenerator: byVisitor }),
    appError: limit({ max: 60, timeWindow: MINUTE, keyGenerator: byVisitor }),
    redeemLink: limit({ max: 20, timeWindow: MINUTE }),
    operatorSignIn: limit({ max: 10, timeWindow: MINUTE }),
    mayNudge: async (request) => {
      const seen = await nudges(request);
      return seen.isAllowed || !seen.isExceeded;
    },
  });
};
