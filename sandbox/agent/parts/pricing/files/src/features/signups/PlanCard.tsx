import type { Plan } from './plans.ts';

type Props = { plan: Plan; chosen: boolean; onChoose: (name: string) => void };

export function PlanCard({ plan, chosen, onChoose }: Props) {
  const { name, price, per, best, points } = plan;
  return (
    <li
      className={`card relative flex flex-col gap-5 p-6 transition ${
        chosen ? 'border-accent ring-2 ring-accent' : best ? 'border-accent/60' : ''
      }`}
    >
      {best && (
        <span className="-top-3 absolute left-6 rounded-full bg-accent px-3 py-0.5 font-medium text-on-accent text-xs">
          Most chosen
        </span>
      )}
      <div className="grid gap-1">
        <h2 className="font-medium">{name}</h2>
        <p className="flex items-baseline gap-1.5">
          <span className="font-semibold text-4xl tabular-nums tracking-tight">${price}</span>
          <span className="text-muted text-sm">{per}</span>
        </p>
      </div>
      <ul className="grid gap-2 text-sm">
        {points.map((point) => (
          <li key={point} className="flex gap-2">
            <span aria-hidden="true" className="text-accent">
              ✓
            </span>
            {point}
          </li>
        ))}
      </ul>
      <button
        type="button"
        className={`mt-auto ${best ? 'button' : 'button-quiet border border-line text-ink'}`}
        aria-pressed={chosen}
        onClick={() => onChoose(name)}
      >
        Choose {name}
      </button>
    </li>
  );
}
