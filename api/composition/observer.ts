import type { Observer } from '../../commands/process-managers/context.ts';
import { type Logger, logStep } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** Steps and turns as they end: a line in the log, a figure in the metrics. */
export const createObserver = (logger: Logger, metrics: Metrics): Observer => ({
  step: ({ sessionId: _id, ...mark }) => {
    logStep(logger, mark);
    metrics.bootStep({ step: mark.step, outcome: mark.outcome, seconds: mark.ms / 1_000 });
  },
  turn: ({ slug, outcome, ms }) => {
    const rounded = Math.round(ms);
    logger.info({ slug, outcome, ms: rounded }, `session ${slug} · turn ${outcome} ${rounded} ms`);
    if (outcome !== 'superseded') metrics.turn(outcome);
  },
});
