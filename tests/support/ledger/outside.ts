import { createScriptedAgent } from '../../../commands/testing/agent.ts';
import { createFakeDatabase } from '../../../commands/testing/database.ts';
import {
  createFakeProvider,
  createFakeRepository,
  type Latency,
} from '../../../commands/testing/providers.ts';
import { createFakeSandboxHost } from '../../../commands/testing/sandboxes.ts';
import type { ServiceName } from '../../../domain/services.ts';

const atOnce: Latency = () => Promise.resolve();

/**
 * The world outside, kept by the test's own process: what it holds is what exists, whichever server processes live or
 * die. Calls act at once; it is the way to them that takes time (`serveOutside`).
 */
export const createOutside = (thinking: Latency = atOnce) => {
  const sandboxes = createFakeSandboxHost(atOnce);
  const github = createFakeRepository(atOnce, sandboxes.hasPushed);
  const providers = {
    posthog: createFakeProvider('posthog', atOnce),
    neon: createFakeDatabase(atOnce),
    resend: createFakeProvider('resend', atOnce),
    github,
  };
  return {
    sandboxes,
    providers,
    github,
    agent: createScriptedAgent(sandboxes, thinking),
    doubles: [] as Double[],
    /** The code that was mailed to an address last. */
    codes: new Map<string, string>(),
  };
};

/** A second one of the same name, at a provider where that can be. */
export type Double = { readonly service: ServiceName; readonly slug: string };

/** As at Neon and Resend, where names are not unique: whoever makes something there has to look first. */
export const NAMES_REPEAT: ReadonlySet<ServiceName> = new Set(['neon', 'resend']);

export type Outside = ReturnType<typeof createOutside>;

/** The slugs of everything that exists, by what holds it. */
export const held = ({
  sandboxes,
  providers,
}: Outside): Readonly<Record<ServiceName | 'sandbox', readonly string[]>> => ({
  sandbox: sandboxes.names().map((name) => name.replace(/^mk0r-/, '')),
  posthog: [...providers.posthog.live.keys()],
  neon: [...providers.neon.live.keys()],
  resend: [...providers.resend.live.keys()],
  github: [...providers.github.live.keys()],
});
