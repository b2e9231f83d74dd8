import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import type { ServiceProvider } from '../../commands/ports/services.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Heard } from './fault-proxy.ts';

/** One request an adapter makes of its provider to bring something into being. */
export type CallSite = {
  readonly name: string;
  readonly step: Extract<StepName, 'vm_boot' | 'neon' | 'resend' | 'github'>;
  /** Origin of the stand-in the requests end at. */
  readonly origin: string;
  readonly isMeant: (heard: Heard) => boolean;
  /** The product's own adapter, calling `url` in place of the provider. */
  readonly connect: (url: string) => Promise<Connected>;
  /** What the session has at the provider now, by kind; one of each is what there should be. */
  readonly live: (slug: string) => Promise<Readonly<Record<string, number>>>;
  /** How much faster than real its time may run: what does work must still be done well within its deadline. */
  readonly times: number;
  /** Cells of it under way at the same time. */
  readonly atOnce: number;
  /** Never to be found in the log. */
  readonly secrets: readonly string[];
};

export type CallSites = {
  readonly sites: readonly CallSite[];
  readonly close: () => Promise<void>;
};

export type Connected = {
  readonly provider?: ServiceProvider;
  readonly sandboxes?: SandboxHost;
  readonly close: () => Promise<void>;
};

/** The adapter's own base URL may have a path; the proxy stands for its origin. */
export const through = (proxy: string, address: string): string =>
  proxy + new URL(address).pathname.replace(/\/$/, '');

export const posts =
  (path: RegExp) =>
  ({ method, path: asked }: Heard): boolean =>
    method === 'POST' && path.test(asked);
