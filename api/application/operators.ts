import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Sweep } from '../../commands/process-managers/janitor.ts';
import type { StepName } from '../../domain/steps.ts';
import type { OpsLive, OrphansView, SweepRunning } from '../../projections/operator-views.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import type { CommandError, Revision } from './command.ts';

export type SweepView = Sweep;

/** What operators see of the installation, and what they may do. */
export type Operators = {
  /** An operator's: what the session may spend on models in all, in micro-dollars. */
  readonly setBudget: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly budgetMicros: number;
  }) => TaskEither<CommandError, Revision>;
  readonly setPoolTarget: (command: {
    readonly commandId: string;
    readonly target: number;
  }) => TaskEither<CommandError, Revision>;
  readonly drainPool: (command: {
    readonly commandId: string;
    readonly reason: string;
  }) => TaskEither<CommandError, Revision>;

  /** Has tried again what was given up on, whatever an operator may ask for. */
  readonly retryStep: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly step: StepName;
  }) => TaskEither<CommandError, Revision>;

  /**
   * Looks at the providers now; answers what came of it when every release has ended, or after a while that it goes on.
   * Who asks while that is so is answered with the one that runs.
   */
  readonly releaseOrphans: (command: {
    readonly commandId: string;
  }) => TaskEither<CommandError, SweepView | SweepRunning>;

  /** Answers as soon as it has begun, or with how far the one that runs has come. */
  readonly rebuildProjection: (name: string) => TaskEither<CommandError, ProjectionStatus>;
  /** Answers when the table that served before serves again. */
  readonly rollBackProjection: (name: string) => TaskEither<CommandError, ProjectionStatus>;
  readonly ops: () => Promise<OpsLive>;
  readonly orphans: () => Promise<OrphansView>;
  readonly projections: () => Promise<readonly ProjectionStatus[]>;
};
