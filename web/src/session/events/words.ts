import { type BootStep, LIFE_STEPS, RELEASE_STEPS } from '../../../../domain/steps.ts';
import { STEP_NAMES } from '../boot/steps.ts';

const OTHER_NAMES: Readonly<Record<(typeof LIFE_STEPS)[number] | (typeof RELEASE_STEPS)[number], string>> = {
  wake: 'Wake',
  push: 'Push',
  file_save: 'Save of a file',
  checkpoint: 'Checkpoint of the data',
  history_move: 'Move in history',
  fork_data: 'Data of the fork',
  fork_code: 'Code of the fork',
  sleep: 'Sleep',
  release_sandbox: 'Release of the sandbox',
  release_posthog: 'Release of analytics',
  release_neon: 'Release of Postgres',
  release_resend: 'Release of mail',
  release_github: 'Release of the repository',
  forget: 'Forgetting',
};
const NAMES: Readonly<Record<string, string>> = { ...STEP_NAMES, ...OTHER_NAMES };

/** A step as people call it; one this page does not know keeps the server's own name. */
export const stepName = (step: string): string => NAMES[step] ?? step;

export type StepGroup = { readonly name: string; readonly steps: readonly string[] };
export const STEP_GROUPS: readonly StepGroup[] = [
  { name: 'Boot', steps: Object.keys(STEP_NAMES) as readonly BootStep[] },
  { name: 'Life', steps: LIFE_STEPS },
  { name: 'End', steps: RELEASE_STEPS },
];

/** Who did it, without the visitor's own id. */
export const actorName = (actor: string): string =>
  actor.startsWith('visitor:') ? 'visitor' : actor.replace('process-manager:', '');

export const ACTORS: readonly (readonly [value: string, name: string])[] = [
  ['visitor', 'Visitor'],
  ['operator', 'Operator'],
  ['process-manager', 'Any process manager'],
  ['process-manager:boot', 'boot'],
  ['process-manager:turns', 'turns'],
  ['process-manager:lifecycle', 'lifecycle'],
  ['process-manager:pool-keeper', 'pool-keeper'],
  ['process-manager:janitor', 'janitor'],
];
