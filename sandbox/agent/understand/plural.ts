import pluralize from 'pluralize';

for (const word of [
  'furniture',
  'equipment',
  'music',
  'homework',
  'feedback',
  'progress',
  'stuff',
  'luggage',
  'inventory',
])
  pluralize.addUncountableRule(word);
// English lists of one thing: pluralize would take them apart.
pluralize.addSingularRule(/^(movie|cookie|selfie|tie|pie|calorie|smoothie|hoodie|zombie)s$/i, '$1');

/** The last word decides: `training run`, `training runs`. */
const ofLastWord = (thing: string, change: (word: string) => string): string =>
  thing.replace(/[\p{L}\p{N}]+$/u, change);

export const pluralOf = (thing: string): string => ofLastWord(thing, (word) => pluralize.plural(word));

export const singularOf = (thing: string): string => ofLastWord(thing, (word) => pluralize.singular(word));

export const isPlural = (word: string): boolean => pluralize.isPlural(word) && !pluralize.isSingular(word);
