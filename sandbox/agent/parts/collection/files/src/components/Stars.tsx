/** A rating from one to five. */
export function Stars({ value }: { value: number }) {
  return (
    <span role="img" aria-label={`${value} of 5`} className="tracking-wide">
      <span className="text-accent">{'★'.repeat(value)}</span>
      <span className="text-line">{'★'.repeat(Math.max(0, 5 - value))}</span>
    </span>
  );
}
