import { SCHEMA_VERSIONS } from '../../domain/schema.ts';
import { personalFieldsOf } from '../../domain/session/personal.ts';
import type { StoredEvent } from '../ports/event-store.ts';
import { UPCASTERS } from './index.ts';
import type { Payload, Upcaster } from './upcaster.ts';

type Written = Pick<StoredEvent, 'type' | 'metadata'>;

export type Upcasting = {
  /** The event as it would be written today; one of a later schema than ours as a type of its own, `Type@version`. */
  readonly upcast: (event: StoredEvent) => StoredEvent;
  /** The fields that were encrypted when the event was written. */
  readonly personalFields: (event: Written) => readonly string[];
};

/** Upcasters step by step, each from one version to the next. Throws where a step is missing or there twice. */
export const createUpcasting = (
  upcasters: readonly Upcaster[],
  versions: Readonly<Record<string, number>>,
): Upcasting => {
  const current = new Map(Object.entries(versions));
  const steps = new Map(upcasters.map((step) => [keyOf(step.type, step.from), step]));
  requireWhole(upcasters, steps, current);

  const upcast = (event: StoredEvent): StoredEvent => {
    const { type, metadata } = event;
    const newest = current.get(type);
    if (newest === undefined || metadata.schema === newest) return event;
    if (metadata.schema > newest) return { ...event, type: `${type}@${metadata.schema}` };
    let data = event.data as Payload;
    for (let from = metadata.schema; from < newest; from += 1)
      data = steps.get(keyOf(type, from))?.upcast(data) ?? data;
    return { ...event, data, metadata: { ...metadata, schema: newest } };
  };

  const personalFields = ({ type, metadata: { schema } }: Written): readonly string[] => {
    const newest = current.get(type) ?? schema;
    for (let from = schema; from < newest; from += 1) {
      const personal = steps.get(keyOf(type, from))?.personal;
      if (personal !== undefined) return personal;
    }
    return personalFieldsOf(type);
  };

  return { upcast, personalFields };
};

const keyOf = (type: string, from: number): string => `${type}@${from}`;

const requireWhole = (
  upcasters: readonly Upcaster[],
  steps: ReadonlyMap<string, Upcaster>,
  current: ReadonlyMap<string, number>,
): void => {
  if (steps.size !== upcasters.length) throw new Error('two upcasters start from the same version of a type');
  for (const [type, newest] of current) {
    for (let from = 1; from < newest; from += 1) {
      if (!steps.has(keyOf(type, from)))
        throw new Error(`there is no upcaster for ${type} from schema ${from}`);
    }
  }
  for (const { type, from } of upcasters) {
    if (from >= (current.get(type) ?? 0)) throw new Error(`nothing reads ${type} in schema ${from + 1}`);
  }
};

/** What this release reads. */
export const released: Upcasting = createUpcasting(UPCASTERS, SCHEMA_VERSIONS);
