import fc from 'fast-check';

/** What goes wrong before a batch is delivered. Counts are of events, `ms` of the test's clock. */
export type Disturbance =
  | { readonly kind: 'none' }
  /** The last events that were delivered come again. */
  | { readonly kind: 'again'; readonly count: number }
  /** The first events of the log come again. */
  | { readonly kind: 'prefix'; readonly count: number }
  /** The subscriber starts again from zero. */
  | { readonly kind: 'restart' }
  /** One stream is overtaken by the others, for so many batches. */
  | { readonly kind: 'overtaken'; readonly stream: number; readonly batches: number }
  | { readonly kind: 'late'; readonly ms: number };

export type Delivery = { readonly size: number; readonly disturbance: Disturbance };

/** How a timer goes off: `stale` is one that goes off although it was called off. */
export type Timing = { readonly kind: 'exact' | 'stale' } | { readonly kind: 'late'; readonly ms: number };

/** Used in turn, from the start again when all were used: one each for a batch, one each for a timer. */
export type Schedule = { readonly deliveries: readonly Delivery[]; readonly timings: readonly Timing[] };

/** As the store's port promises it at its best. */
export const IN_ORDER: Schedule = {
  deliveries: [{ size: 500, disturbance: { kind: 'none' } }],
  timings: [{ kind: 'exact' }],
};

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.constant<Disturbance>({ kind: 'none' }),
  fc.record({ kind: fc.constant('again' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('prefix' as const), count: fc.integer({ min: 1, max: 60 }) }),
  fc.constant<Disturbance>({ kind: 'restart' }),
  fc.record({
    kind: fc.constant('overtaken' as const),
    stream: fc.nat(3),
    batches: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.integer({ min: 1, max: 400 }) }),
);

const delivery: fc.Arbitrary<Delivery> = fc.record({ size: fc.integer({ min: 1, max: 9 }), disturbance });

const timing: fc.Arbitrary<Timing> = fc.oneof(
  fc.constantFrom<Timing>({ kind: 'exact' }, { kind: 'stale' }),
  fc.record({ kind: fc.constant('late' as const), ms: fc.integer({ min: 1, max: 2_000 }) }),
);

export const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  deliveries: fc.array(delivery, { minLength: 1, maxLength: 12 }),
  timings: fc.array(timing, { minLength: 1, maxLength: 6 }),
});
