import { ALL_TRAFFIC, type SandboxNetworkOpts } from 'e2b';

export type NetworkOptions = {
  /** Hosts sandboxes may speak to; everything where it is absent. */
  readonly allowedHosts?: readonly string[];
  /** Under which host name (and port) the app of that sandbox is known to browsers. */
  readonly hostOf?: (name: string) => string;
};

/**
 * Who may speak to a sandbox, and to whom it may speak.
 *
 * In: only who has its traffic token, which this server keeps; previews go through our proxy.
 * Out: by default the package registry, and the hosts of the services its session has. E2B looks at names on ports 80
 * and 443 only (https://e2b.dev/docs/network/internet-access), so whoever is to be reached on another port has to be
 * reached through a forward.
 *
 * An app sees the host name browsers know it by, not E2B's: what it compares `Origin` with, and redirects to.
 */
export const networkFor = (name: string, { allowedHosts, hostOf }: NetworkOptions): SandboxNetworkOpts => ({
  allowPublicTraffic: false,
  ...(hostOf === undefined ? {} : { maskRequestHost: hostOf(name) }),
  ...(allowedHosts === undefined ? {} : { allowOut: [...allowedHosts], denyOut: [ALL_TRAFFIC] }),
});
