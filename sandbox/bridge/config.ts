import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** A port of this sandbox's loopback and where its connections go: a unix socket, or the control plane's link. */
export type Forward = { readonly port: number; readonly to: { readonly path: string } | 'link' };

export type BridgeConfig = {
  readonly token: string;
  /** Where the bridge answers: a unix socket, a port on every address, or both. */
  readonly socketPath: string | undefined;
  readonly port: number | undefined;
  /** The same for the app, whose own server only listens on loopback. */
  readonly previewSocketPath: string | undefined;
  readonly previewPublicPort: number | undefined;
  readonly previewPort: number;
  /** The same for an older version of the app that is looked at beside it; none is where neither is set. */
  readonly versionSocketPath: string | undefined;
  readonly versionPublicPort: number | undefined;
  readonly versionPort: number;
  /** How long a version that nobody asks for anything stays. */
  readonly versionIdleMs: number;
  /** What `/app` means here: itself where the sandbox has its own file system, another directory elsewhere. */
  readonly appDir: string;
  /** What `/run/mk0r` means here. */
  readonly runDir: string;
  readonly forwards: readonly Forward[];
  readonly agentCommand: readonly [string, ...string[]];
  readonly agentIdleMs: number;
  /** The same while a tool runs: a build, or the tests of an app, say nothing for minutes. */
  readonly toolIdleMs: number;
  /** How long a prompt goes on without any client reading it. */
  readonly detachedMs: number;
  /** What every child starts from: our environment without the bridge's own secrets. */
  readonly childEnv: Readonly<Record<string, string>>;
};

const port = z.coerce.number().int().min(1).max(65_535);
const milliseconds = z.coerce.number().int().min(10).max(3_600_000);
const absolute = z.string().startsWith('/', 'must be an absolute path');

const forwards = z.string().transform((text, context): Forward[] =>
  text
    .split(',')
    .filter((entry) => entry !== '')
    .flatMap((entry): Forward[] => {
      const [left, right] = entry.split('=', 2);
      const parsed = port.safeParse(left);
      if (parsed.success && right === 'link') return [{ port: parsed.data, to: right }];
      if (parsed.success && right?.startsWith('/')) return [{ port: parsed.data, to: { path: right } }];
      context.addIssue({ code: 'custom', message: 'must be a list like 5432=/run/mk0r/5432.sock,8025=link' });
      return [];
    }),
);

const command = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON array of strings' });
    return z.NEVER;
  }
});

const variables = z.object({
  MK0R_BRIDGE_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  MK0R_BRIDGE_SOCKET: absolute.optional(),
  MK0R_BRIDGE_PORT: port.optional(),
  MK0R_PREVIEW_SOCKET: absolute.optional(),
  MK0R_PREVIEW_PUBLIC_PORT: port.optional(),
  MK0R_PREVIEW_PORT: port.default(5173),
  MK0R_VERSION_SOCKET: absolute.optional(),
  MK0R_VERSION_PUBLIC_PORT: port.optional(),
  MK0R_VERSION_PORT: port.optional(),
  MK0R_VERSION_IDLE_MS: milliseconds.default(360_000),
  MK0R_APP_DIR: absolute.default('/app'),
  MK0R_RUN_DIR: absolute.default('/run/mk0r'),
  MK0R_FORWARDS: forwards.default([]),
  MK0R_AGENT_CMD: command.pipe(z.tuple([z.string().min(1)], z.string())).optional(),
  MK0R_AGENT_IDLE_MS: milliseconds.default(120_000),
  MK0R_TOOL_IDLE_MS: milliseconds.default(600_000),
  MK0R_DETACHED_MS: milliseconds.default(60_000),
});

const schema = variables.refine((env) => env.MK0R_BRIDGE_SOCKET ?? env.MK0R_BRIDGE_PORT, {
  path: ['MK0R_BRIDGE_SOCKET'],
  message: 'must be set, or MK0R_BRIDGE_PORT',
});

/** Where git in here finds its credential helper. */
const credentialHelper = (): Record<string, string> => ({
  MK0R_CREDENTIAL_HELPER: fileURLToPath(new URL('../git-credential-mk0r', import.meta.url)),
});

/** Where what the control plane checks a turn by lies. */
const checks = (): Record<string, string> => ({
  MK0R_CHECK_DIR: fileURLToPath(new URL('../check', import.meta.url)),
  // They are TypeScript: the first `node` in the path may be one that cannot run it.
  MK0R_NODE: process.execPath,
});

/** Never inherited by anything the bridge starts. */
const OWN = new Set(['MK0R_BRIDGE_TOKEN', 'MK0R_BRIDGE_SOCKET', 'MK0R_AGENT_CMD']);

const inheritable = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined && !OWN.has(entry[0]);
    }),
  );

/**
 * Reads the bridge's configuration from an environment.
 * Throws an `Error` that names each wrong variable and never repeats a value.
 */
export const readConfig = (env: NodeJS.ProcessEnv): BridgeConfig => {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The bridge cannot start. ${issues.join('; ')}`);
  }
  const value = parsed.data;
  const defaultAgent = fileURLToPath(new URL('../agent/main.ts', import.meta.url));
  return {
    token: value.MK0R_BRIDGE_TOKEN,
    socketPath: value.MK0R_BRIDGE_SOCKET,
    port: value.MK0R_BRIDGE_PORT,
    previewSocketPath: value.MK0R_PREVIEW_SOCKET,
    previewPublicPort: value.MK0R_PREVIEW_PUBLIC_PORT,
    previewPort: value.MK0R_PREVIEW_PORT,
    versionSocketPath: value.MK0R_VERSION_SOCKET,
    versionPublicPort: value.MK0R_VERSION_PUBLIC_PORT,
    versionIdleMs: value.MK0R_VERSION_IDLE_MS,
    versionPort: value.MK0R_VERSION_PORT ?? value.MK0R_PREVIEW_PORT + 1,
    appDir: value.MK0R_APP_DIR,
    runDir: value.MK0R_RUN_DIR,
    forwards: value.MK0R_FORWARDS,
    agentCommand: value.MK0R_AGENT_CMD ?? [process.execPath, defaultAgent],
    agentIdleMs: value.MK0R_AGENT_IDLE_MS,
    toolIdleMs: value.MK0R_TOOL_IDLE_MS,
    detachedMs: value.MK0R_DETACHED_MS,
    childEnv: { ...inheritable(env), ...credentialHelper(), ...checks() },
  };
};
