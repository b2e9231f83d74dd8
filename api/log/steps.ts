import type { Logger } from 'pino';

/** What became of a step. `ms` is how long the attempt took. */
export type StepMark = {
  readonly slug: string;
  readonly step: string;
  readonly outcome: 'started' | 'done' | 'failed' | 'parked' | 'skipped';
  readonly attempt?: number;
  readonly ms?: number;
  /** Why it failed or was skipped; code and message, never a secret. */
  readonly reason?: string;
};

const SIGN = { started: '…', done: '✓', failed: '✗', parked: '■ parked', skipped: '– skipped' } as const;
const LEVEL = { started: 'debug', done: 'info', failed: 'warn', parked: 'error', skipped: 'info' } as const;

/** One line for one step: `session abc123def456 · neon ✓ 31 ms`, with the same facts as fields of the JSON line. */
export const logStep = (logger: Logger, mark: StepMark): void => {
  const words = [
    `session ${mark.slug} · ${mark.step} ${SIGN[mark.outcome]}`,
    mark.ms === undefined ? '' : `${Math.round(mark.ms)} ms`,
    (mark.attempt ?? 1) > 1 ? `(attempt ${mark.attempt})` : '',
    mark.reason === undefined ? '' : `— ${mark.reason}`,
  ];
  const { reason: _said, ...facts } = mark;
  logger[LEVEL[mark.outcome]](facts, words.filter((word) => word !== '').join(' '));
};
