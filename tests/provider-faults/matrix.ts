import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE_ENV_NAMES, SERVICES, type ServiceName } from '../../domain/services.ts';
import type { SessionEventOf } from '../../domain/session/events.ts';
import { isService, MAX_ATTEMPTS, type StepError } from '../../domain/steps.ts';
import type { CallSite, CallSites } from './call-site.ts';
import { type Outcome, type Phase, runCell } from './cell.ts';
import { FAULTS, type Fault } from './faults.ts';
import { resolveStandIns } from './resolver.ts';

const PHASES: readonly Phase[] = ['first boot', 'retry'];

type Cell = { readonly site: CallSite; readonly fault: Fault; readonly phase: Phase };

/** Runs every fault at every one of these call sites, at the first boot and at a retry, and says what has to hold of each. */
export const providerFaultMatrix = async (start: () => Promise<CallSites>): Promise<void> => {
  const system = resolveStandIns();
  const { sites, close } = await start();
  const cells = sites.flatMap((site) =>
    FAULTS.flatMap((fault) => PHASES.map((phase): Cell => ({ site, fault, phase }))),
  );
  const outcomes = new Map<Cell, Outcome | Error>();
  afterAll(async () => {
    await close();
    system();
  });

  beforeAll(async () => {
    await Promise.all(
      sites.flatMap((site) => {
        const waiting = cells.filter((cell) => cell.site === site);
        const work = async (): Promise<void> => {
          for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift())
            outcomes.set(cell, await runCell(site, cell.fault, cell.phase).catch(asError));
        };
        return Array.from({ length: site.atOnce }, work);
      }),
    );
  }, 600_000);

  const outcomeOf = (cell: Cell): Outcome => {
    const outcome = outcomes.get(cell);
    if (outcome instanceof Error || outcome === undefined) throw outcome ?? new Error('the cell was not run');
    return outcome;
  };

  for (const site of sites) {
    describe(`a failing call of ${site.name}`, () =>
      callSiteTests(
        site,
        cells.filter((cell) => cell.site === site),
        outcomeOf,
      ));
  }

  test('every call site meets every fault, at the first boot and at a retry', () => {
    process.stdout.write(
      `provider faults: ${outcomes.size} cells (${sites.length} call sites × ${FAULTS.length} faults × ${PHASES.length} phases)\n`,
    );
    expect(outcomes.size).toBe(sites.length * FAULTS.length * PHASES.length);
  });
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const dataOf = <T extends 'StepStarted' | 'StepFailed' | 'StepParked'>(
  { events }: Outcome,
  type: T,
): readonly SessionEventOf<T>['data'][] =>
  events
    .filter((event) => event.type === type)
    .map(({ data }) => data as unknown as SessionEventOf<T>['data']);

const isPermanent = ({ error }: { readonly error: StepError }): boolean => !error.retryable;

const attemptsAt = (outcome: Outcome, step: string): number =>
  dataOf(outcome, 'StepStarted').filter((started) => started.step === step).length;

/** What the fault led to; a deadline that a busy machine had missed before it comes earlier. */
const failureOf = (outcome: Outcome) =>
  [...dataOf(outcome, 'StepFailed'), ...dataOf(outcome, 'StepParked')].at(-1);

const callSiteTests = (site: CallSite, own: readonly Cell[], outcomeOf: (cell: Cell) => Outcome): void => {
  const named = (all: readonly Cell[]) =>
    all.map((cell) => ({ cell, what: `${cell.fault.name} at the ${cell.phase}` }));

  test.each(named(own))('$what leaves exactly one of everything, and the leg done', ({ cell }) => {
    const { end, live } = outcomeOf(cell);
    expect(end.status).toBe('done');
    expect(Object.values(live)).toEqual(Object.values(live).map(() => 1));
  });

  test.each(named(own))('$what is tried again by itself, unless that cannot help', ({ cell }) => {
    const outcome = outcomeOf(cell);
    expect(attemptsAt(outcome, site.step)).toBeLessThanOrEqual(MAX_ATTEMPTS);
    const refusals = dataOf(outcome, 'StepParked').concat(dataOf(outcome, 'StepFailed').filter(isPermanent));
    expect(refusals.length).toBe(cell.fault.permanent === true ? 1 : 0);
    if (cell.fault.permanent === true)
      expect(outcome.rest).toMatchObject({ status: 'parked', error: { retryable: false } });
    else expect(outcome.rest.status).toBe('done');
  });

  test.each(named(own))(
    '$what is recorded with a code, a message and whether it is worth a retry',
    ({ cell }) => {
      const failure = failureOf(outcomeOf(cell));
      if (failure === undefined) {
        // Adopted within the attempt: there was nothing to record.
        expect(cell.fault.executes).toBe(true);
        return;
      }
      expect(failure.error.code).toMatch(/^[a-z0-9_]+$/);
      expect(failure.error.message).not.toBe('');
      expect(failure.error.retryable).toBe(cell.fault.permanent !== true);
    },
  );

  test.each(named(own))('$what touches no other leg', ({ cell }) => {
    const outcome = outcomeOf(cell);
    const others = SERVICES.filter((service) => service !== site.step);
    const expected = cell.phase === 'first boot' ? 1 : 0;
    expect(others.map((service) => attemptsAt(outcome, service))).toEqual(others.map(() => expected));
    const failed = [...dataOf(outcome, 'StepFailed'), ...dataOf(outcome, 'StepParked')].map(
      ({ step }) => step,
    );
    expect(failed.filter((step) => isService(step) && step !== site.step)).toEqual([]);
  });

  test.each(named(own))('$what reaches the provider, and nobody else', ({ cell }) => {
    const { injected, elsewhere } = outcomeOf(cell);
    expect(elsewhere).toBe(0);
    if (cell.fault.does.kind === 'unreachable') expect(failureOf(outcomeOf(cell))).toBeDefined();
    else expect(injected).toBeGreaterThan(0);
  });

  test.each(named(own))('$what leaves no secret in the log', ({ cell }) => {
    const log = JSON.stringify(outcomeOf(cell).log);
    for (const secret of site.secrets) expect(log).not.toContain(secret);
  });

  const limited = own.filter(({ fault }) => fault.retryAfterMs !== undefined);
  test.each(named(limited))('$what is heeded', ({ cell: { fault }, cell }) => {
    const waits = outcomeOf(cell)
      .events.filter(({ type }) => type === 'StepFailed')
      .map(
        ({ data, metadata }) =>
          Date.parse((data as { retryAt?: string }).retryAt ?? '') - Date.parse(metadata.at),
      );
    const waited = Math.max(...waits);
    // The event is stamped a little later than the delay is reckoned from; without being told it would be half a second.
    expect(waited).toBeGreaterThan(0.75 * (fault.retryAfterMs ?? 0));
  });

  const parked = own.filter(({ fault }) => isParking(fault) && site.step !== 'vm_boot');
  test.each(named(parked))(
    '$what keeps exactly its own variables out of the env file, until asked again',
    ({ cell }) => {
      const { names, endNames } = outcomeOf(cell);
      const all = (services: readonly ServiceName[]) =>
        services.flatMap((service) => SERVICE_ENV_NAMES[service]);
      const own = all(SERVICES.filter((service) => service === site.step));
      expect(names.filter((name) => (own as readonly string[]).includes(name))).toEqual([]);
      for (const service of SERVICES.filter((other) => other !== site.step))
        expect(names).toContain(SERVICE_ENV_NAMES[service][0]);
      expect(endNames).toContain(own[0]);
    },
  );
};

const isParking = (fault: Fault): boolean => fault.permanent === true;
