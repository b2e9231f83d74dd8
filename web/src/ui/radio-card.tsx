import type { ReactNode } from 'react';

/** One of several things to choose from, with room for what it means. */
export const RadioCard = ({
  name,
  isChosen,
  onChoose,
  children,
}: {
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}) => (
  <label className="flex cursor-pointer items-start gap-2.5 rounded-lg border border-line px-3 py-2 text-small has-checked:border-alive has-checked:bg-alive-soft">
    <input type="radio" name={name} checked={isChosen} onChange={onChoose} className="mt-0.5 accent-alive" />
    <span>{children}</span>
  </label>
);
