import { fileURLToPath } from 'node:url';
import * as z from 'zod';

export type ForwardSocket = { readonly port: number; readonly socketPath: string };

export type BridgeConfig = {
  readonly token: string;
  readonly socketPath: string;
  readonly previewSocketPath: string | undefined;
  readonly previewPort: number;
  /** What `/app` means here: itself where the sandbox has its own file system, another directory elsewhere. */
  readonly appDir: string;
  /** What `/run/mk0r` means here. */
  readonly runDir: string;
  readonly forwards: readonly ForwardSocket[];
  readonly agentCommand: readonly [string, ...string[]];
  readonly agentIdleMs: number;
  /** How long a prompt goes on without any client reading it. */
  readonly detachedMs: number;
  /** What every child starts from: our environment without the bridge's own secrets. */
  readonly childEnv: Readonly<Record<string, string>>;
};

const port = z.coerce.number().int().min(1).max(65_535);
const milliseconds = z.coerce.number().int().min(10).max(3_600_000);
const absolute = z.string().startsWith('/', 'must be an absolute path');

const forwards = z.string().transform((text, context): ForwardSocket[] =>
  text
    .split(',')
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const [left, socketPath] = entry.split('=', 2);
      const parsed = port.safeParse(left);
      if (parsed.success && socketPath?.startsWith('/')) return [{ port: parsed.data, socketPath }];
      context.addIssue({ code: 'custom', message: 'must be a list like 5432=/run/mk0r/fwd-5432.sock' });
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

const schema = z.object({
  MK0R_BRIDGE_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  MK0R_BRIDGE_SOCKET: absolute,
  MK0R_PREVIEW_SOCKET: absolute.optional(),
  MK0R_PREVIEW_PORT: port.default(5173),
  MK0R_APP_DIR: absolute.default('/app'),
  MK0R_RUN_DIR: absolute.default('/run/mk0r'),
  MK0R_FORWARDS: forwards.default([]),
  MK0R_AGENT_CMD: command.pipe(z.tuple([z.string().min(1)], z.string())).optional(),
  MK0R_AGENT_IDLE_MS: milliseconds.default(120_000),
  MK0R_DETACHED_MS: milliseconds.default(60_000),
});

/** Where git in here finds its credential helper. */
const credentialHelper = (): Record<string, string> => ({
  MK0R_CREDENTIAL_HELPER: fileURLToPath(new URL('../git-credential-mk0r', import.meta.url)),
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
    previewSocketPath: value.MK0R_PREVIEW_SOCKET,
    previewPort: value.MK0R_PREVIEW_PORT,
    appDir: value.MK0R_APP_DIR,
    runDir: value.MK0R_RUN_DIR,
    forwards: value.MK0R_FORWARDS,
    agentCommand: value.MK0R_AGENT_CMD ?? [process.execPath, defaultAgent],
    agentIdleMs: value.MK0R_AGENT_IDLE_MS,
    detachedMs: value.MK0R_DETACHED_MS,
    childEnv: { ...inheritable(env), ...credentialHelper() },
  };
};
