import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const requestBuild = z.object({
  name: z.string().min(1),
  tags: z.array(z.string()).optional(),
  cpuCount: z.int().min(1).max(8).optional(),
  memoryMB: z.int().min(128).max(8_192).multipleOf(2).optional(),
});
const step = z.object({
  type: z.enum(['COPY', 'RUN', 'ENV', 'WORKDIR', 'USER']),
  args: z.array(z.string()).default([]),
  filesHash: z.string().optional(),
  force: z.boolean().optional(),
});
const startBuild = z.object({
  fromImage: z.string().optional(),
  fromTemplate: z.string().optional(),
  force: z.boolean().default(false),
  startCmd: z.string().optional(),
  readyCmd: z.string().optional(),
  steps: z.array(step.loose()).default([]),
});

type Build = {
  readonly id: string;
  readonly templateId: string;
  readonly tags: readonly string[];
  request: z.infer<typeof startBuild> | undefined;
  looks: number;
};
type StoredTemplate = { readonly id: string; readonly name: string; readonly tags: Map<string, string> };

export type Templates = {
  /** `name:tag` of each that can be used. */
  readonly ready: () => readonly string[];
  /** What the last build was asked to do. */
  readonly lastBuild: () => z.infer<typeof startBuild> | undefined;
  /** Uploaded archives (gzipped tar) by their hash. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  /** The next build fails at its last step, with these words. */
  readonly failNext: (words: string) => void;
};

const LOGS = ['Pulling image', 'Running steps', 'Taking a snapshot'];
/** Looks at the status until it is done: each finds one more line. */
const LOOKS = LOGS.length;

/**
 * The template routes of E2B's API, as the SDK's builder uses them (`src/template/buildApi.ts` inside `e2b` 2.51.0, and
 * its OpenAPI types). Uploads go to an address without the API key, as to a storage bucket with a signed one.
 */
export const templateRoutes = (
  api: FastifyInstance,
  options: { readonly origin: () => string; readonly initial: readonly string[] },
): Templates => {
  const templates = new Map<string, StoredTemplate>();
  const builds = new Map<string, Build>();
  const uploads = new Map<string, Buffer>();
  let failure: string | undefined;
  let last: Build | undefined;

  const named = (name: string): StoredTemplate => {
    const found = [...templates.values()].find((one) => one.name === name);
    if (found !== undefined) return found;
    const fresh = {
      id: randomUUID().replaceAll('-', '').slice(0, 20),
      name,
      tags: new Map<string, string>(),
    };
    templates.set(fresh.id, fresh);
    return fresh;
  };
  for (const full of options.initial) {
    const [name = '', tag = 'default'] = full.split(':');
    named(name).tags.set(tag, randomUUID());
  }
  const buildOf = ({ id, build }: { id: string; build: string }): Build => {
    const found = builds.get(build);
    if (found === undefined || found.templateId !== id) throw new Refusal(404, `Build '${build}' not found`);
    return found;
  };

  api.post('/v3/templates', async ({ body }, reply) => {
    const parsed = requestBuild.safeParse(body);
    if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
    const [name = '', tag] = parsed.data.name.split(':');
    const template = named(name);
    const tags = [...(parsed.data.tags ?? []), ...(tag === undefined ? [] : [tag])];
    const build: Build = {
      id: randomUUID(),
      templateId: template.id,
      tags: tags.length === 0 ? ['default'] : tags,
      request: undefined,
      looks: 0,
    };
    builds.set(build.id, build);
    return reply.code(202).send({
      templateID: template.id,
      buildID: build.id,
      aliases: [name],
      names: [name],
      tags: build.tags,
      public: false,
    });
  });

  type OfFiles = { Params: { id: string; hash: string } };
  api.get<OfFiles>('/templates/:id/files/:hash', async ({ params }, reply) => {
    const present = uploads.has(params.hash);
    return reply
      .code(201)
      .send({ present, ...(present ? {} : { url: `${options.origin()}/uploads/${params.hash}` }) });
  });
  api.put<{ Params: { hash: string } }>(
    '/uploads/:hash',
    { bodyLimit: 256 * 2 ** 20 },
    async ({ params, body }) => {
      uploads.set(params.hash, body as Buffer);
      return {};
    },
  );

  type OfBuild = { Params: { id: string; build: string }; Querystring: { logsOffset?: string } };
  api.post<OfBuild>('/v2/templates/:id/builds/:build', async ({ params, body }, reply) => {
    const build = buildOf(params);
    const parsed = startBuild.safeParse(body);
    if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
    const missing = parsed.data.steps.find(
      ({ type, filesHash }) => type === 'COPY' && !uploads.has(filesHash ?? ''),
    );
    if (missing !== undefined) throw new Refusal(400, `Files of ${missing.args[0]} have not been uploaded`);
    build.request = parsed.data;
    last = build;
    return reply.code(202).send();
  });

  const entries = (build: Build, offset: number) =>
    LOGS.slice(offset, build.looks).map((message, index) => ({
      timestamp: new Date().toISOString(),
      level: 'info',
      message,
      step: String(offset + index),
    }));

  api.get<OfBuild>('/templates/:id/builds/:build/status', async ({ params, query }) => {
    const build = buildOf(params);
    build.looks = Math.min(LOOKS, build.looks + 1);
    const offset = Number(query.logsOffset ?? 0);
    const about = {
      buildID: build.id,
      templateID: build.templateId,
      logs: [],
      logEntries: entries(build, offset),
    };
    if (build.looks < LOOKS) return { ...about, status: 'building' };
    if (failure !== undefined) {
      const steps = build.request?.steps.length ?? 0;
      return { ...about, status: 'error', reason: { message: failure, step: String(steps), logEntries: [] } };
    }
    for (const tag of build.tags) templates.get(build.templateId)?.tags.set(tag, build.id);
    return { ...about, status: 'ready' };
  });

  api.get<{ Params: { id: string } }>('/templates/:id/tags', async ({ params }) => {
    const template =
      templates.get(params.id) ?? [...templates.values()].find(({ name }) => name === params.id);
    if (template === undefined) throw new Refusal(404, `template '${params.id}' not found`);
    return [...template.tags].map(([tag, buildID]) => ({
      tag,
      buildID,
      createdAt: new Date().toISOString(),
    }));
  });

  return {
    ready: () =>
      [...templates.values()].flatMap(({ name, tags }) => [...tags.keys()].map((tag) => `${name}:${tag}`)),
    lastBuild: () => last?.request,
    uploads,
    failNext: (words) => {
      failure = words;
    },
  };
};
