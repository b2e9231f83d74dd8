import type { Event, Outcome } from './event.ts';

/** A model as the agent offers it: `id` is what it is chosen by. */
export type ModelOffer = { readonly id: string; readonly name: string };

export type BootEvent =
  | Event<'SandboxBooted', Outcome<{ sandbox: string; host: string; isolation: string; runner: string }>>
  | Event<'AgentInitialized', Outcome<{ agent: { name: string; version: string } }>>
  | Event<
      'AgentSessionOpened',
      Outcome<{
        agentSessionId: string;
        /** What the agent lets one choose from, where it does. */
        models?: readonly ModelOffer[];
      }>
    >
  | Event<'ModelSelected', Outcome<{ model: string }>>
  | Event<'ResidentialIpAssigned', Outcome>
  | Event<
      'RepoInitialized',
      Outcome<{
        sha: string;
        branch: string;
        /** The version of the quick page it goes on from, which is its parent. */
        parent?: string;
      }>
    >;
