import type { Upcaster } from './upcaster.ts';
import { usageWithoutCost } from './usage-recorded.ts';

/** Every upcaster there is, one file each beside this one. None is ever removed: the log keeps what was written. */
export const UPCASTERS: readonly Upcaster[] = [usageWithoutCost];
