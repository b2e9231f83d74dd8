import { ListFilter, Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Select } from '../../ui/select.tsx';
import { type EventFilter, isFiltering, NO_FILTER } from './filter.ts';
import { EVENT_GROUPS } from './groups.ts';
import { ACTORS, STEP_GROUPS, stepName } from './words.ts';

export type TurnChoice = { readonly turnId: string; readonly name: string };

const SETTLES_MS = 250;

/** Text goes into the filter once the typing pauses; what is typed stays what is seen. */
const SearchField = ({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
}) => {
  const [typed, setTyped] = useState(text);
  const told = useRef(text);
  if (told.current !== text) {
    told.current = text;
    if (typed !== text) setTyped(text);
  }
  useEffect(() => {
    if (typed === told.current) return;
    const id = setTimeout(() => {
      told.current = typed;
      onText(typed);
    }, SETTLES_MS);
    return () => clearTimeout(id);
  }, [typed, onText]);
  return (
    <span className="relative min-w-32 flex-1">
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
      />
      <input
        type="search"
        aria-label="Search in events"
        placeholder="Search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="h-8 w-full rounded-lg border border-line-strong bg-surface pr-2 pl-8 text-small hover:border-control"
      />
    </span>
  );
};

const Choices = ({ filter, turns, onFilter, onTurnsWanted }: Props) => {
  const change = (part: Partial<EventFilter>): void => onFilter({ ...filter, ...part });
  return (
    <>
      <Select label="Type" value={filter.type} onValue={(type) => change({ type })}>
        <option value="">Any type</option>
        {EVENT_GROUPS.map(({ name, types }) => (
          <optgroup key={name} label={name}>
            <option value={name}>{name}: all</option>
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </optgroup>
        ))}
      </Select>
      <Select label="Actor" value={filter.actor} onValue={(actor) => change({ actor })}>
        <option value="">Anyone</option>
        {ACTORS.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </Select>
      <Select label="Step" value={filter.step} onValue={(step) => change({ step })}>
        <option value="">Any step</option>
        {STEP_GROUPS.map(({ name, steps }) => (
          <optgroup key={name} label={name}>
            {steps.map((step) => (
              <option key={step} value={step}>
                {stepName(step)}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
      <Select
        label="Turn"
        value={filter.turn}
        onValue={(turn) => change({ turn })}
        onFocus={onTurnsWanted}
        className="max-w-44"
      >
        <option value="">Any turn</option>
        {turns.map(({ turnId, name }) => (
          <option key={turnId} value={turnId}>
            {name}
          </option>
        ))}
      </Select>
      {isFiltering(filter) ? (
        <Button small look="quiet" className="h-8" onClick={() => onFilter(NO_FILTER)}>
          Clear
        </Button>
      ) : null}
    </>
  );
};

type Props = {
  readonly filter: EventFilter;
  readonly turns: readonly TurnChoice[];
  readonly onFilter: (filter: EventFilter) => void;
  /** Somebody is about to choose a turn. */
  readonly onTurnsWanted: () => void;
};

/** What of the log is to be seen. Where there is little room, the choices fold away behind a button. */
export const FilterBar = (props: Props) => {
  const { filter, onFilter } = props;
  const [open, setOpen] = useState(false);
  const chosen = [filter.type, filter.actor, filter.step, filter.turn].filter((value) => value !== '').length;
  return (
    <search aria-label="Filter events" className="flex flex-wrap items-center gap-1.5">
      <SearchField text={filter.text} onText={(text) => onFilter({ ...filter, text })} />
      <Button
        small
        aria-expanded={open}
        className="h-8 @2xl:hidden"
        onClick={() => setOpen((before) => !before)}
      >
        <ListFilter aria-hidden="true" className="size-3.5" />
        Filter{chosen === 0 ? '' : ` (${chosen})`}
      </Button>
      <div
        className={cx('grid-cols-2 gap-1.5 max-@2xl:w-full @2xl:flex @2xl:min-w-0', open ? 'grid' : 'hidden')}
      >
        <Choices {...props} />
      </div>
    </search>
  );
};
