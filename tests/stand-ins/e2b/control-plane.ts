import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refusal } from './refusal.ts';
import type { StoredVm, StoredVms } from './vms.ts';

const ENVD_VERSION = '0.6.2';
/** Of a call that names none (`NewSandboxV2` and `ConnectSandboxV2` of the SDK's OpenAPI types). */
const DEFAULT_SECONDS = 300;
const MAX_PAGE = 100;

const strings = z.record(z.string(), z.string());
const newSandbox = z
  .object({
    templateID: z.string().min(1),
    metadata: strings.default({}),
    envVars: strings.optional(),
    timeout: z.int().min(0).default(DEFAULT_SECONDS),
    allow_internet_access: z.boolean().optional(),
    autoPause: z.boolean().default(false),
    autoPauseMemory: z.boolean().optional(),
    autoResume: z.object({ enabled: z.boolean() }).optional(),
    network: z
      .object({
        allowOut: z.array(z.string()).optional(),
        denyOut: z.array(z.string()).optional(),
        allowPublicTraffic: z.boolean().optional(),
        maskRequestHost: z.string().optional(),
      })
      .strict()
      .default({}),
  })
  .strict();
const connectBody = z.object({
  timeout: z.int().min(0).default(DEFAULT_SECONDS),
  memory: z.boolean().optional(),
});
const timeoutBody = z.object({ timeout: z.int().min(0) });
const listQuery = z.object({
  metadata: z.string().optional(),
  state: z.string().optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  nextToken: z.string().optional(),
});

export type Limits = {
  /** Sandboxes that may run at once: Hobby 20, Pro 100 (https://e2b.dev/docs/sandbox/rate-limits). */
  readonly concurrent: number;
  /** Hobby 1, Pro 24. */
  readonly maxHours: number;
};

const parse = <A>(schema: z.ZodType<A>, value: unknown): A => {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new Refusal(400, `Error when parsing request: ${z.prettifyError(parsed.error)}`);
};

/** Encoded by the SDK once for itself and once as a query; `sandboxes_list.go` unescapes as often. */
const metadataFilter = (text: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    [...new URLSearchParams(text ?? '')].map(([key, value]) => [
      decodeURIComponent(key),
      decodeURIComponent(value),
    ]),
  );

const listed = ({ id, templateId, metadata, startedAt, endAt, state }: StoredVm) => ({
  sandboxID: id,
  templateID: templateId,
  clientID: '00000000',
  metadata,
  startedAt: startedAt.toISOString(),
  endAt: endAt.toISOString(),
  state: state === 'running' ? 'running' : 'paused',
  cpuCount: 2,
  memoryMB: 1024,
  diskSizeMB: 10_240,
  envdVersion: ENVD_VERSION,
});

const opened = ({ id, templateId, envdAccessToken, trafficAccessToken }: StoredVm) => ({
  sandboxID: id,
  templateID: templateId,
  clientID: '00000000',
  envdVersion: ENVD_VERSION,
  envdAccessToken,
  domain: null,
  trafficAccessToken: trafficAccessToken ?? null,
});

/**
 * The sandbox routes of E2B's API. Shapes are those of the OpenAPI types inside `e2b` 2.51.0; statuses and wording of
 * `packages/api/internal/handlers` in e2b-dev/infra (`sandbox_connect.go`, `sandbox_pause.go`, `sandbox_kill.go`,
 * `sandboxes_list.go`), the limits' of https://e2b.dev/docs/sandbox/rate-limits and `create_instance.go` there.
 */
export const sandboxRoutes = (
  api: FastifyInstance,
  options: {
    readonly vms: StoredVms;
    readonly limits: Limits;
    readonly hasTemplate: (name: string) => boolean;
  },
): void => {
  const { vms, limits, hasTemplate } = options;
  const find = (id: string): StoredVm => {
    const vm = vms.all.get(id);
    if (vm === undefined)
      throw new Refusal(404, `Sandbox "${id}" doesn't exist or you don't have access to it`);
    return vm;
  };
  const allowed = (seconds: number): number => {
    if (seconds > limits.maxHours * 3_600)
      throw new Refusal(400, `Timeout cannot be greater than ${limits.maxHours} hours`);
    return seconds;
  };
  const assertRoom = (): void => {
    const running = [...vms.all.values()].filter(({ state }) => state === 'running').length;
    if (running >= limits.concurrent)
      throw new Refusal(
        429,
        `you have reached the maximum number of concurrent E2B sandboxes (${limits.concurrent})`,
      );
  };

  api.post('/v2/sandboxes', async ({ body }, reply) => {
    const { templateID, metadata, autoPause, network, timeout } = parse(newSandbox, body);
    if (!hasTemplate(templateID)) throw new Refusal(404, `template '${templateID}' not found`);
    allowed(timeout);
    assertRoom();
    const vm = await vms.create({ templateId: templateID, metadata, autoPause, network }, timeout);
    return reply.code(201).send(opened(vm));
  });

  api.get('/v2/sandboxes', async ({ query }, reply) => {
    const { metadata, state = 'running,paused', order, limit, nextToken } = parse(listQuery, query);
    const wanted = metadataFilter(metadata);
    const states = state.split(',');
    const found = [...vms.all.values()]
      .filter((vm) => states.includes(listed(vm).state))
      .filter((vm) => [...wanted].every(([key, value]) => vm.metadata[key] === value))
      .toSorted((a, b) => (a.startedAt.getTime() - b.startedAt.getTime()) * (order === 'asc' ? 1 : -1));
    const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
    if (from + limit < found.length)
      reply.header('x-next-token', Buffer.from(String(from + limit)).toString('base64url'));
    return found.slice(from, from + limit).map(listed);
  });

  type OfSandbox = { Params: { id: string } };
  api.get<OfSandbox>('/sandboxes/:id', async ({ params }) => {
    const vm = find(params.id);
    const onTimeout = vm.autoPause ? 'pause' : 'kill';
    return { ...listed(vm), network: vm.network, lifecycle: { onTimeout, autoResume: false }, domain: null };
  });

  api.delete<OfSandbox>('/sandboxes/:id', async ({ params }, reply) => {
    await vms.kill(find(params.id));
    return reply.code(204).send();
  });

  api.post<OfSandbox>('/sandboxes/:id/timeout', async ({ params, body }, reply) => {
    const vm = find(params.id);
    if (vm.state !== 'running') throw new Refusal(404, `Sandbox "${vm.id}" is not running`);
    vms.runFor(vm, allowed(parse(timeoutBody, body).timeout));
    return reply.code(204).send();
  });

  api.post<OfSandbox>('/sandboxes/:id/pause', async ({ params }, reply) => {
    const vm = find(params.id);
    if (vm.state !== 'running')
      throw new Refusal(409, `Error pausing sandbox - sandbox '${vm.id}' is already paused`);
    vms.pause(vm);
    return reply.code(204).send();
  });

  api.post<OfSandbox>('/v2/sandboxes/:id/connect', async ({ params, body }, reply) => {
    const vm = find(params.id);
    const seconds = allowed(parse(connectBody, body).timeout);
    if (vm.state !== 'running') {
      assertRoom();
      vms.resume(vm, seconds);
      return reply.code(201).send(opened(vm));
    }
    // Only ever longer: KeepAliveFor(..., allowShorter: false).
    if (Date.now() + seconds * 1_000 > vm.endAt.getTime()) vms.runFor(vm, seconds);
    return opened(vm);
  });
};
