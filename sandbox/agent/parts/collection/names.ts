import { capital, words } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';

/** The names an entity goes by in code and on the page. */
export type Names = {
  /** `trainingRuns`: table constant, route, folder. */
  readonly plural: string;
  /** `TrainingRun`: type and component prefix. */
  readonly type: string;
  /** `training run`, `training runs`: for people. */
  readonly one: string;
  readonly many: string;
};

export const namesOf = ({ plural, singular }: Entity): Names => ({
  plural,
  type: capital(singular),
  one: words(singular),
  many: words(plural),
});

const SUMMABLE =
  /distance|km|miles|minutes|hours|duration|amount|price|cost|calories|pages|quantity|steps|spent|weight lifted|laps/i;

/** Numbers whose sum says something: distances and prices, not ratings or years. */
export const summable = (field: Field): boolean =>
  (field.type === 'number' || field.type === 'whole number') && SUMMABLE.test(field.label);
