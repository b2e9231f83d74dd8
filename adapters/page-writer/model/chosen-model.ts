import { type PriceTable, priceOf } from '../../model/prices.ts';

type Offers = { readonly prices: PriceTable; readonly models: readonly string[] };

/**
 * The API's id of a model that is known by a word, like `haiku`: the newest one of that name whose price is known; a whole
 * id stands for itself. `undefined` where none is offered.
 */
export const chosenModel = ({ prices, models }: Offers, wanted: string): string | undefined => {
  const isOffered = (id: string): boolean => models.length === 0 || models.some((word) => id.includes(word));
  if (priceOf(prices, wanted) !== undefined) return isOffered(wanted) ? wanted : undefined;
  const offered = Object.keys(prices)
    .filter(isOffered)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const word = wanted.toLowerCase().replace(/\[.*$/, '');
  return offered.findLast((id) => id.includes(word));
};
