/** What went wrong, read out by screen readers as soon as it appears. */
export function Notice({ message }: { message: string | undefined }) {
  return (
    <div role="alert" className="empty:hidden">
      {message && (
        <p className="rounded-xl border border-danger/40 bg-danger/10 px-3.5 py-2.5 text-danger text-sm">
          {message}
        </p>
      )}
    </div>
  );
}
