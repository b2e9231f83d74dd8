/** Micro-dollars as people read them: `$1.20`, `4.2 ¢`, `under 0.1 ¢`. */
export const money = (micros: number): string => {
  if (micros >= 1_000_000) return `$${(micros / 1_000_000).toFixed(2)}`;
  const cents = micros / 10_000;
  if (cents >= 10) return `${Math.round(cents)} ¢`;
  if (cents >= 0.1) return `${cents.toFixed(1)} ¢`;
  return micros === 0 ? '0 ¢' : 'under 0.1 ¢';
};
