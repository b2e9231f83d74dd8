const BASE_MS = 400;
const CAP_MS = 8_000;

/** Exponential backoff with full jitter; `random` in [0, 1). Milliseconds before attempt number `attempt`, from 0. */
export const backoffMs = (attempt: number, random: number): number =>
  Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 10)));
