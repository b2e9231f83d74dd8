import type { StoredEvent } from '../../commands/ports/event-store.ts';

export type Phase = 'faults' | 'quiet';

export type Violation = { readonly phase: Phase; readonly invariant: string; readonly detail: string };

/** What a run has to say for itself: what it saw, and what should not have been. */
export const createReport = () => {
  const violations: Violation[] = [];
  const notes: { readonly at: string; readonly text: string }[] = [];
  let phase: Phase = 'faults';
  return {
    violations,
    notes,
    phase: (): Phase => phase,
    enter: (next: Phase): void => {
      phase = next;
    },
    violated: (invariant: string, detail: string): void => {
      violations.push({ phase, invariant, detail });
    },
    note: (at: string, text: string): void => {
      notes.push({ at, text });
    },
  };
};

export type Report = ReturnType<typeof createReport>;

/** The log and the notes beside it in one order, each line with its seconds since the start. */
export const tell = (log: readonly StoredEvent[], { notes }: Report): readonly string[] => {
  const lines = [
    ...notes.map(({ at, text }) => ({ at: Date.parse(at), text: `· ${text}` })),
    ...log.map((event) => ({ at: Date.parse(event.metadata.at), text: told(event) })),
  ].sort((a, b) => a.at - b.at);
  const start = lines[0]?.at ?? 0;
  return lines.map(({ at, text }) => `${((at - start) / 1_000).toFixed(3).padStart(9)}  ${text}`);
};

const told = ({ stream, revision, type, data }: StoredEvent): string => {
  const { step, attempt, error, turnId, reason, service, runner } = data as Record<string, unknown>;
  const code = (error as { readonly code?: string } | undefined)?.code;
  const what = [step, service, attempt, turnId, reason, runner, code].filter((part) => part !== undefined);
  return `${stream.slice(0, 20)}@${revision} ${type} ${what.join(' ')}`;
};
