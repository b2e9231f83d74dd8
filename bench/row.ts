/** One line of a bench; `bench/results/latest.json` holds them as they are, by the name of the bench. */
export type Row = {
  readonly name: string;
  /** In `unit`, over the rounds of one run. */
  readonly median: number;
  readonly p99?: number;
  /** e.g. `ms`, `appends/s` */
  readonly unit: string;
  /** The floor, measured in the same run by turns, in the same unit. */
  readonly baseline?: number;
  /** `median / baseline` */
  readonly ratio?: number;
  readonly goal?: {
    /** Whether the figure may be at most or must be at least `value`. */
    readonly at: 'max' | 'min';
    readonly value: number;
    readonly of: 'median' | 'p99' | 'ratio';
  };
};
