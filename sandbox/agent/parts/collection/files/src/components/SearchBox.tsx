type Props = { label: string; value: string; onChange: (value: string) => void };

export function SearchBox({ label, value, onChange }: Props) {
  return (
    <input
      type="search"
      className="field min-w-48 flex-1 py-2"
      aria-label={label}
      placeholder={label}
      maxLength={200}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
