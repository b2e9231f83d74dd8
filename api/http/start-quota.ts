import type { CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Says what became of the request it was asked for: what we failed at, or refused for want of a place, uses nothing up. */
export type Settle = (outcome: 'counts' | 'is free') => Promise<void>;

/**
 * A quota that is used up by what was answered. Requests that are under way hold a place in it, so that many at once
 * get no more than one after the other; the place of one that a server error ended is free again. Resolves with
 * `{ refusedForS }` where there is no place.
 */
export const createQuota = (server: FastifyInstance, options: CreateRateLimitOptions) => {
  const count = server.createRateLimit(options);
  const underWay = new Map<string, number>();

  const leave = (key: string): void => {
    const others = (underWay.get(key) ?? 1) - 1;
    if (others > 0) underWay.set(key, others);
    else underWay.delete(key);
  };

  return async (
    request: FastifyRequest,
  ): Promise<{ readonly settle: Settle } | { readonly refusedForS: number }> => {
    const seen = await count(request, { increment: false });
    if (seen.isAllowed) return { settle: async () => undefined };
    const { key, remaining, ttlInSeconds } = seen;
    // From here to the place that is held nothing waits: two requests cannot get the same one.
    const others = underWay.get(key) ?? 0;
    if (remaining <= others) return { refusedForS: Math.max(1, ttlInSeconds) };
    underWay.set(key, others + 1);
    return {
      settle: async (outcome) => {
        leave(key);
        if (outcome === 'counts') await count(request);
      },
    };
  };
};
