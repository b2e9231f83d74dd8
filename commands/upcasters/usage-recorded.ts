import type { Upcaster } from './upcaster.ts';

/** Until then only agents said what they had used, for a whole turn, and none of what it cost. */
export const usageWithoutCost: Upcaster = {
  type: 'UsageRecorded',
  from: 1,
  upcast: (data) => ({
    ...data,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    source: 'agent',
    outcome: 'complete',
  }),
};
