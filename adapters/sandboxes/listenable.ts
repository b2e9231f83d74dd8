import type { Forward } from '../../commands/ports/sandboxes.ts';

/** Below it only root may listen, which nobody is in a sandbox. */
const FIRST_OPEN_PORT = 1024;

/**
 * The forwards a sandbox can be given. One it cannot (the public address of a server behind TLS is on port 443) is left
 * out: a bridge that tried would not start at all.
 */
export const listenable = (forwards: readonly Forward[]): readonly Forward[] =>
  forwards.filter(({ port }) => port >= FIRST_OPEN_PORT);
