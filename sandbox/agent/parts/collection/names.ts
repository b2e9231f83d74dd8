import { capital, words } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { singularOf } from '../../understand/plural.ts';

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

export const namesOf = ({ plural, singular }: Pick<Entity, 'plural' | 'singular'>): Names => ({
  plural,
  type: capital(singular),
  one: words(singular),
  many: words(plural),
});

/** `projectId`, for what belongs to one of the `projects`. */
export const foreignKey = (plural: string): string => `${singularName(plural)}Id`;

/** `training run` of `trainingRuns`. */
export const singularName = (plural: string): string => {
  const [last = plural] = /[A-Z]?[a-z0-9]+$/.exec(plural) ?? [];
  const head = plural.slice(0, plural.length - last.length);
  const one = singularOf(last.toLowerCase());
  return head === '' ? one : head + capital(one);
};

const SUMMABLE = /amount|price|cost|quantity|spent|value|budget/i;
const SUMMABLE_OVER_TIME = /distance|km|miles|minutes|hours|duration|calories|pages|steps|laps/i;

const isNumber = ({ type }: Field) => type === 'number' || type === 'whole number' || type === 'money';

/**
 * Numbers whose sum says something: what was spent, and what was done day by day. Not ratings or years, and not the
 * minutes of recipes.
 */
export function summable({ fields }: Entity): Field[] {
  const dated = fields.some(({ type }) => type === 'date');
  return fields
    .filter(isNumber)
    .filter(
      ({ label, type }) =>
        type === 'money' || SUMMABLE.test(label) || (dated && SUMMABLE_OVER_TIME.test(label)),
    )
    .slice(0, 2);
}

/** What a chart of the things shows: a number, or how many, per week; or how many of each choice. */
export type ChartOf =
  | { readonly kind: 'per week'; readonly day: string; readonly value?: Field }
  | { readonly kind: 'per choice'; readonly by: Field };

export function chartOf(entity: Entity): ChartOf {
  const day = entity.fields.find(({ type }) => type === 'date')?.name;
  const value = summable(entity)[0] ?? entity.fields.filter(isNumber)[0];
  const choice = entity.fields.find(({ type }) => type === 'choice');
  if (day && value) return { kind: 'per week', day, value };
  if (choice) return { kind: 'per choice', by: choice };
  return { kind: 'per week', day: 'createdAt', ...(value && summable(entity).length > 0 ? { value } : {}) };
}

/** What a list can be narrowed by, best first. */
export const filterableBy = ({ fields }: Entity): Field | undefined =>
  ['choice', 'yes or no', 'tags', 'rating']
    .map((type) => fields.find((field, position) => field.type === type && position > 0))
    .find((field) => field !== undefined);
