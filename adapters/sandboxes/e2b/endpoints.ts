import type { Sandbox } from 'e2b';
import type { HttpEndpoint } from '../../../commands/ports/sandboxes.ts';
import type { E2bSettings } from './settings.ts';

/**
 * Where one port of a sandbox answers: at a host name of its own, or at the one origin of all, by header. Names are
 * in lower case, so that they replace what a visitor may have sent under the same ones.
 */
export const endpointOf = (
  vm: Pick<Sandbox, 'sandboxId' | 'getHost' | 'trafficAccessToken'>,
  port: number,
  { sandboxUrl }: Pick<E2bSettings, 'sandboxUrl'>,
): HttpEndpoint => {
  const token =
    vm.trafficAccessToken === undefined ? {} : { 'e2b-traffic-access-token': vm.trafficAccessToken };
  return sandboxUrl === undefined
    ? { origin: `https://${vm.getHost(port)}`, headers: token }
    : {
        origin: sandboxUrl,
        headers: { ...token, 'e2b-sandbox-id': vm.sandboxId, 'e2b-sandbox-port': String(port) },
      };
};
