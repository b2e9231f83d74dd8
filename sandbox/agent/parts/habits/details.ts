import { imports, lines } from '../../compose/text.ts';
import type { PartOf } from '../../spec.ts';
import { fact, factImports } from '../collection/facts.ts';
import { input, inputImports, readers } from '../collection/inputs.ts';

/** `src/features/habits/HabitDetails.tsx`: what is noted about a habit, and a form that changes it. */
export function detailsTsx({ fields }: PartOf<'habits'>): string {
  const facts = fields.filter(({ type }) => type !== 'long text');
  const long = fields.filter(({ type }) => type === 'long text');
  return `${imports([
    { from: 'react', names: ['type FormEvent', 'useState'] },
    ...inputImports(fields, '../..', '../../../shared/habits.ts', ['HabitDetails as Details', 'Habit']),
    ...factImports(facts, undefined, '../..').filter(
      (line) => line && !line.from.endsWith('RatingInput.tsx'),
    ),
  ])}

type Props = { habit: Habit; onSave: (id: string, details: Details) => void };

export function HabitDetails({ habit, onSave }: Props) {
  const [editing, setEditing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSave(habit.id, read(new FormData(event.currentTarget)));
    setEditing(false);
  };

  if (editing) {
    return (
      <form onSubmit={submit} className="grid gap-3 pt-2" aria-label={\`About \${habit.name}\`}>
${lines(...fields.map((field) => input(8, field, false, { item: 'habit' })))}
        <button type="submit" className="button w-fit">
          Save
        </button>
      </form>
    );
  }
  return (
    <div className="grid gap-1.5 text-sm">
${lines(
  facts.length > 0 && '      <dl className="flex flex-wrap gap-x-5 gap-y-1 empty:hidden">',
  ...facts.map((field) => fact(8, field, 'habit')),
  facts.length > 0 && '      </dl>',
  ...long.map(
    ({ name }) =>
      `      {habit.${name} && <p className="wrap-anywhere whitespace-pre-line text-muted">{habit.${name}}</p>}`,
  ),
)}
      <button type="button" className="w-fit text-accent" onClick={() => setEditing(true)}>
        Edit details<span className="sr-only"> of {habit.name}</span>
      </button>
    </div>
  );
}

function read(form: FormData): Details {
  return {
${readers(4, fields, false)}
  };
}
`;
}
