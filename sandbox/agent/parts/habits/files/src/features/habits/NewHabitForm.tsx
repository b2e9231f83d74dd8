import { type FormEvent, useState } from 'react';

/** One line to add a habit; the focus stays in it, so that several can be added in a row. */
export function NewHabitForm({ onAdd }: { onAdd: (name: string) => void }) {
  const [name, setName] = useState('');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    onAdd(name.trim());
    setName('');
  };

  return (
    <form onSubmit={submit} className="flex gap-2">
      <input
        className="field min-w-0"
        aria-label="New habit"
        placeholder="Read 20 pages"
        maxLength={80}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button shrink-0">
        Add habit
      </button>
    </form>
  );
}
