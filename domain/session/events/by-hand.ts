import type { StepError } from '../../steps.ts';
import type { Event, Outcome } from './event.ts';
import type { FileChange } from './turns.ts';

export type CodeEvent =
  | Event<
      'FileSaveRequested',
      {
        saveId: string;
        path: string;
        /** The blob that was edited, so that nobody else's change is overwritten unseen; `null`: a new file. */
        base: string | null;
        /** The commit the working tree was at. What is to be saved is in the vault until it is. */
        from: string;
        bytes: number;
        /** Without one it is written. */
        change?: 'rename' | 'delete';
        /** The path it is renamed to. */
        to?: string;
      }
    >
  | Event<
      'FileSaved',
      Outcome<{
        saveId: string;
        sha: string;
        parent: string;
        title: string;
        changed: readonly FileChange[];
      }>
    >
  /** Nothing was written: somebody else has changed the file since, or it is none that can be saved. */
  | Event<'FileSaveRefused', Outcome<{ saveId: string; error: StepError }>>;

export type DataEvent =
  /**
   * Its owner changes the app's own data by hand. Recorded before it is done, once, whatever comes of it: what the data
   * are, the database says.
   */
  Event<
    'DataChangeRequested',
    { via: 'insert' | 'update' | 'delete' | 'sql'; table?: string; statement?: string }
  >;
