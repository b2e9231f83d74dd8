import type { ServiceName } from '../../services.ts';
import type { StepError } from '../../steps.ts';
import type { Event, Outcome } from './event.ts';

/** `names` are the variables the service contributes; their values are in the vault, never here. */
type ProvisionedData = Outcome<{
  provider: string;
  resourceId: string;
  names: readonly string[];
  facts: Readonly<Record<string, string>>;
}>;

export type ServiceEvent =
  | Event<'PosthogTagged', ProvisionedData>
  | Event<'NeonProvisioned', ProvisionedData>
  | Event<'ResendProvisioned', ProvisionedData>
  | Event<'GithubProvisioned', ProvisionedData>
  | Event<'ServiceRetryRequested', { service: ServiceName }>
  /** The provider no longer has what it had given us; what was in it is lost. */
  | Event<'ResourceMissing', { service: ServiceName; error: StepError }>
  /** Its owner gives one service back; the session goes on without it. */
  | Event<'ServiceReleaseRequested', { service: ServiceName }>;
