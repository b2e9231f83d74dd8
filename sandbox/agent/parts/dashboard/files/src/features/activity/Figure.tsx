export function Figure({ label, value }: { label: string; value: number | undefined }) {
  return (
    <div className="card grid gap-0.5">
      <dt className="text-muted text-sm">{label}</dt>
      <dd className="font-semibold text-3xl tabular-nums tracking-tight">{value?.toLocaleString() ?? '–'}</dd>
    </div>
  );
}
