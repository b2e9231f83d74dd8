import type { Provided } from '../../domain/janitor/events.ts';
import { isRelease, isService, type StepError, type StepName } from '../../domain/steps.ts';
import { counted, EMPTY } from './histogram.ts';
import { type OpsShard, oneMore, type ProviderCounts, type StepCounts, shortened } from './shard.ts';

/** What a shard counts, one event at a time. */

/** The provider a step calls, if any: the others happen inside the sandbox. */
export const providerOf = (step: StepName): Provided | undefined => {
  if (isService(step)) return step;
  if (step === 'push') return 'github';
  if (step === 'vm_boot' || step === 'wake' || step === 'sleep') return 'sandbox';
  return isRelease(step) && step !== 'forget' ? (step.slice('release_'.length) as Provided) : undefined;
};

const NO_COUNTS: StepCounts = { took: EMPTY, skipped: 0, failures: {} };

const withStep = (
  shard: OpsShard,
  step: StepName,
  change: (counts: StepCounts) => Partial<StepCounts>,
): OpsShard => {
  const counts = shard.steps[step] ?? NO_COUNTS;
  return { ...shard, steps: { ...shard.steps, [step]: { ...counts, ...change(counts) } } };
};

const withProvider = (
  shard: OpsShard,
  service: Provided,
  change: (counts: ProviderCounts) => Partial<ProviderCounts>,
): OpsShard => {
  const counts = shard.providers[service] ?? { byCode: {} };
  return { ...shard, providers: { ...shard.providers, [service]: { ...counts, ...change(counts) } } };
};

export const providerFailed = (shard: OpsShard, service: Provided, error: StepError, at: string): OpsShard =>
  withProvider(shard, service, ({ byCode }) => ({
    byCode: oneMore(byCode, error.code),
    lastAt: at,
    lastError: shortened(error),
  }));

export const stepFailed = (shard: OpsShard, step: StepName, error: StepError, at: string): OpsShard => {
  const after = withStep(shard, step, ({ failures }) => ({ failures: oneMore(failures, error.code) }));
  const service = providerOf(step);
  return service === undefined ? after : providerFailed(after, service, error, at);
};

/** `since` is when its attempt began; without it only the provider is told to be well. */
export const stepSucceeded = (
  shard: OpsShard,
  step: StepName,
  at: string,
  since: number | undefined,
): OpsShard => {
  const after =
    since === undefined
      ? shard
      : withStep(shard, step, ({ took }) => ({ took: counted(took, Date.parse(at) - since) }));
  const service = providerOf(step);
  return service === undefined ? after : withProvider(after, service, () => ({ lastOkAt: at }));
};

export const stepSkipped = (shard: OpsShard, step: StepName): OpsShard =>
  withStep(shard, step, ({ skipped }) => ({ skipped: skipped + 1 }));

export const stepStarted = (shard: OpsShard, step: StepName): OpsShard =>
  shard.steps[step] === undefined ? withStep(shard, step, () => ({})) : shard;
