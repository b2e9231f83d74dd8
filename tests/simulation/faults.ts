import type { Chance } from './chance.ts';

/** What can go wrong with one call; the other faults (crashes, accidents, jumps of the clock) happen by themselves. */
export const CALL_FAULTS = [
  'provider-retryable',
  'provider-permanent',
  'provider-too-many',
  'provider-hangs',
  'provider-slow',
  'provider-late',
  'provider-answer-lost',
  'listing-fails',
  'sandbox-fails',
  'sandbox-refuses',
  'sandbox-hangs',
  'sandbox-answer-lost',
  'exec-fails',
  'exec-hangs',
  'files-fail',
  'agent-fails',
  'agent-refuses',
  'agent-hangs',
  'agent-crashes',
  'agent-floods',
  'agent-falls-silent',
  'bridge-gone',
  'store-unavailable',
  'store-answer-lost',
  'store-full',
  'store-slow',
  'store-unreadable',
  'vault-unavailable',
  'vault-full',
] as const;

/** What happens by itself, at moments of its own. */
export const ACCIDENTS = [
  'server-crashes',
  'server-crashes-in-a-call',
  'power-fails',
  'sandbox-exits',
  'sandbox-is-lost',
  'sandbox-freezes',
  'resource-vanishes',
  'stray-appears',
  'foreign-appears',
  'clock-jumps',
  'spec-changes',
] as const;

export type CallFault = (typeof CALL_FAULTS)[number];
export type Accident = (typeof ACCIDENTS)[number];

/** One run in so many has no fault at all: what holds under faults must hold without them too. */
const CALM = 0.08;
/** Each kind is in a run or not (FoundationDB's swizzling): few kinds at once reach corners that all at once hide. */
const IN_A_RUN = 0.3;

/** Which faults this run has, and how often; off for good once it is quiet. */
export const drawFaults = (chance: Chance) => {
  const calm = chance.happens(CALM);
  const rates = new Map<CallFault, number>(
    CALL_FAULTS.map((kind) => [
      kind,
      !calm && chance.happens(IN_A_RUN) ? 0.01 + 0.25 * chance.random() ** 2 : 0,
    ]),
  );
  const accidents = ACCIDENTS.filter(() => !calm && chance.happens(IN_A_RUN));
  const counts = new Map<string, number>();
  let isOn = true;

  const count = (kind: CallFault | Accident): void => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  };

  return {
    calm,
    accidents,
    /** Whether it goes wrong this time. */
    strikes: (kind: CallFault): boolean => {
      const rate = rates.get(kind) ?? 0;
      if (!isOn || rate === 0 || !chance.happens(rate)) return false;
      count(kind);
      return true;
    },
    count,
    counts,
    isOn: (): boolean => isOn,
    stop: (): void => {
      isOn = false;
    },
  };
};

export type Faults = ReturnType<typeof drawFaults>;
