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

const SUMMABLE = /amount|price|cost|quantity|spent/i;
const SUMMABLE_OVER_TIME = /distance|km|miles|minutes|hours|duration|calories|pages|steps|laps/i;

/**
 * Numbers whose sum says something: what was spent, and what was done day by day. Not ratings or years, and not the
 * minutes of recipes.
 */
export function summable({ fields }: Entity): Field[] {
  const dated = fields.some(({ type }) => type === 'date');
  return fields
    .filter(({ type }) => type === 'number' || type === 'whole number')
    .filter(({ label }) => SUMMABLE.test(label) || (dated && SUMMABLE_OVER_TIME.test(label)))
    .slice(0, 2);
}
