import type { Sandbox as E2bSandbox } from 'e2b';
import type { HttpEndpoint, Sandbox } from '../../../commands/ports/sandboxes.ts';
import { bridgedSandbox } from '../bridged-sandbox.ts';
import { listenable } from '../listenable.ts';
import type { BridgeOptions } from './bridge.ts';
import { endpointOf } from './endpoints.ts';
import { openLink } from './link.ts';
import { BRIDGE_PORT, type E2bSettings, PREVIEW_PORT, VERSION_PORT } from './settings.ts';

/** A sandbox this process speaks to. */
export type Awake = {
  readonly id: string;
  readonly token: string;
  readonly bridge: HttpEndpoint;
  readonly sandbox: Sandbox;
  readonly close: () => void;
};

export const bridgeOf = (vm: E2bSandbox, settings: E2bSettings): HttpEndpoint =>
  endpointOf(vm, BRIDGE_PORT, settings);

export const awake = (
  vm: E2bSandbox,
  settings: E2bSettings,
  options: BridgeOptions & { readonly name: string; readonly anew: boolean; readonly onSilence: () => void },
): Awake => {
  const { name, token, forwards, anew, onSilence } = options;
  const bridge = bridgeOf(vm, settings);
  const preview = endpointOf(vm, PREVIEW_PORT, settings);
  const version = endpointOf(vm, VERSION_PORT, settings);
  const link = openLink({ bridge, token, forwards: listenable(forwards), anew, onSilence });
  return {
    id: vm.sandboxId,
    token,
    bridge,
    sandbox: bridgedSandbox({ name, token, bridge, preview, version }),
    close: link.close,
  };
};
