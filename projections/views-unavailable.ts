/** Thrown by read models that are kept elsewhere and cannot be read just now; what they hold is made from the log, and safe. */
export class ViewsUnavailable extends Error {
  override readonly name = 'ViewsUnavailable';
}
