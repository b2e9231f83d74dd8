import { useId } from 'react';
import type { TableColumn } from '../../server/types.ts';

const FIELD =
  'mt-1 w-full rounded-lg border border-control bg-surface px-3 py-1.5 font-mono text-[0.8125rem] text-ink disabled:border-line disabled:bg-sunken disabled:text-ink-3';

const isLong = ({ type }: TableColumn, value: string | null | undefined): boolean =>
  /text|json/.test(type) && (value ?? '').length > 40;

/** One value of a row. Nothing typed: it keeps what it has, or gets what the database gives it. */
export const Cell = ({
  column,
  isFirst,
  isCut,
  isNew,
  before,
  value,
  onValue,
}: {
  readonly column: TableColumn;
  readonly isFirst: boolean;
  readonly isCut: boolean;
  readonly isNew: boolean;
  readonly before: string | null | undefined;
  readonly value: string | null | undefined;
  readonly onValue: (value: string | null | undefined) => void;
}) => {
  const { name, type, nullable, default: standard, generated } = column;
  const shown = value === undefined ? before : value;
  const isFixed = generated === true || isCut;
  const given = generated === true ? 'written by the database' : (standard ?? (nullable ? 'null' : ''));
  const id = useId();
  const field = {
    id,
    className: FIELD,
    disabled: isFixed,
    value: shown ?? '',
    placeholder: shown === null ? 'null' : isNew && value === undefined ? given : '',
    spellCheck: false,
    autoFocus: isFirst && !isFixed,
  };
  const change = (next: string): void => onValue(next === before ? undefined : next);
  return (
    <div>
      <label htmlFor={id} className="block text-small">
        <span className="font-medium">{name}</span> <span className="text-ink-3">{type}</span>
      </label>
      {isLong(column, shown) ? (
        <textarea rows={4} {...field} onChange={(event) => change(event.target.value)} />
      ) : (
        <input {...field} onChange={(event) => change(event.target.value)} />
      )}
      {isCut ? <p className="text-small text-ink-3">Too long to be edited here; it stays as it is.</p> : null}
      {nullable && !isFixed ? (
        <label className="mt-1 flex w-fit items-center gap-1.5 text-small text-ink-2">
          <input
            type="checkbox"
            checked={shown === null}
            onChange={(event) =>
              onValue(
                event.target.checked
                  ? before === null
                    ? undefined
                    : null
                  : before === null
                    ? ''
                    : undefined,
              )
            }
          />
          null
        </label>
      ) : null}
    </div>
  );
};
