/**
 * Thrown where views cannot be read just now: they are kept elsewhere and away, or are still being made. What they hold
 * comes from the log, and is safe.
 */
export class ViewsUnavailable extends Error {
  override readonly name = 'ViewsUnavailable';
}
