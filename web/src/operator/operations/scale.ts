/**
 * Where on a bar a duration lies, from 0 to 1: by its square root, so that 20 ms beside 3 s can still be seen, and twice
 * as long still looks longer.
 */
export const place = (ms: number, longest: number): number =>
  longest <= 0 ? 0 : Math.min(1, Math.sqrt(Math.max(0, ms) / longest));
