/** However long a provider asks us to wait: an outage ends some time, and a mistyped header must not outlast it. */
const LONGEST_MS = 15 * 60_000;

/**
 * `Retry-After` in milliseconds: seconds, or an HTTP date (RFC 9110, 10.2.3). `{}` where there is none to believe. A date
 * is measured against the answer's own, `sentAt`: our clock may be another.
 */
export const retryAfter = (
  header: string | null | undefined,
  sentAt?: string | null,
): { retryAfterMs?: number } => {
  const sent = Date.parse(sentAt ?? '');
  const now = Number.isNaN(sent) ? Date.now() : sent;
  const text = header?.trim() ?? '';
  if (text === '') return {};
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? { retryAfterMs: Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms))) } : {};
};
