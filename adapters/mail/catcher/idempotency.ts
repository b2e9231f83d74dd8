import type { DatabaseSync } from 'node:sqlite';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, sha256, tenantOf } from './caller.ts';
import { Refusal } from './refusal.ts';

const DAY_MS = 86_400_000;

/** The request's `Idempotency-Key`; refuses what Resend refuses (1-256 characters). */
const keyOf = (request: FastifyRequest): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 256)
    throw new Refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
  return key;
};

export type Idempotency = {
  /**
   * Hook for a request whose body is not read yet: a second one with its key is refused until it is answered.
   * Held in memory only, because a request that dies with the process has written nothing.
   */
  readonly enter: (request: FastifyRequest, reply: FastifyReply) => void;
  /** The answer given before to the same request, or that of `work`, kept for 24 h. Call inside the transaction. */
  readonly once: <T>(request: FastifyRequest, work: () => T) => T;
};

/** Idempotency keys are a tenant's own: one session cannot replay, or block, another's mail. */
export const openIdempotency = (database: DatabaseSync): Idempotency => {
  const running = new Set<string>();
  const find = database.prepare(
    `SELECT request_sha256, answer FROM idempotency WHERE tenant = ? AND key = ?`,
  );
  const insert = database.prepare(
    `INSERT INTO idempotency (tenant, key, request_sha256, answer, created_at) VALUES (?, ?, ?, ?, ?)`,
  );
  const expire = database.prepare(`DELETE FROM idempotency WHERE tenant = ? AND created_at < ?`);
  return {
    enter: (request, reply) => {
      const key = keyOf(request);
      if (key === undefined) return;
      const claim = `${tenantOf(callerOf(request))}\n${key}`;
      if (running.has(claim))
        throw new Refusal(
          409,
          'concurrent_idempotent_requests',
          'Same idempotency key used while original request is still in progress.',
        );
      running.add(claim);
      // `close` comes after an answer as well as after a connection cut half-way.
      reply.raw.once('close', () => running.delete(claim));
    },
    once: (request, work) => {
      const key = keyOf(request);
      if (key === undefined) return work();
      const tenant = tenantOf(callerOf(request));
      const digest = sha256(`${request.url}\n${JSON.stringify(request.body)}`);
      expire.run(tenant, new Date(Date.now() - DAY_MS).toISOString());
      const before = find.get(tenant, key);
      if (before === undefined) {
        const answer = work();
        insert.run(tenant, key, digest, JSON.stringify(answer), new Date().toISOString());
        return answer;
      }
      if (before.request_sha256 !== digest)
        throw new Refusal(
          409,
          'invalid_idempotent_request',
          'Same idempotency key used with a different request payload.',
        );
      return JSON.parse(String(before.answer));
    },
  };
};
