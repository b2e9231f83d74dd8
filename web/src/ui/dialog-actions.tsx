import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** How a dialog ends: what it was opened for, or leaving; and why that could not be done. */
export const DialogActions = ({
  command,
  look = 'solid',
  leave = 'Cancel',
  onLeave,
  cannot,
  beside,
  children,
}: {
  /** What it was opened for; absent where there is nothing to do. */
  readonly command?:
    | {
        readonly run: () => Promise<unknown>;
        readonly busy: boolean;
        readonly problem: string | undefined;
      }
    | undefined;
  readonly look?: 'solid' | 'danger';
  readonly leave?: string;
  readonly onLeave: () => void;
  /** Why it cannot be done now. */
  readonly cannot?: string | undefined;
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}) => (
  <>
    {command?.problem === undefined ? null : <Notice className="mt-4">{command.problem}</Notice>}
    <div className="mt-6 flex flex-wrap justify-end gap-2">
      {beside}
      <Button onClick={onLeave}>{leave}</Button>
      {command === undefined ? null : (
        <Button
          look={look}
          disabled={cannot !== undefined || command.busy}
          aria-busy={command.busy}
          title={cannot}
          onClick={() => void command.run()}
        >
          {children}
        </Button>
      )}
    </div>
  </>
);
