const WINDOW_MS = 60_000;

/** So many calls a minute for each name; answers how many milliseconds to wait, 0 to go ahead. */
export const createRate = (perMinute: number, now: () => number = Date.now) => {
  const calls = new Map<string, number[]>();

  const forgetIdle = (before: number): void => {
    for (const [name, times] of calls) if ((times.at(-1) ?? 0) <= before) calls.delete(name);
  };

  return (name: string): number => {
    const at = now();
    forgetIdle(at - WINDOW_MS);
    const recent = (calls.get(name) ?? []).filter((time) => time > at - WINDOW_MS);
    const [oldest] = recent;
    calls.set(name, recent);
    if (recent.length >= perMinute && oldest !== undefined) return oldest + WINDOW_MS - at;
    recent.push(at);
    return 0;
  };
};
