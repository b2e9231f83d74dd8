import type { BootRequest } from '../../commands/ports/sandboxes.ts';

export const bootRequest = (name: string, rest: Partial<BootRequest> = {}): BootRequest => ({
  name,
  sessionId: `session-of-${name}`,
  bridgeToken: `token-of-${name}-0123456789`,
  forwards: [],
  signal: AbortSignal.timeout(30_000),
  ...rest,
});
