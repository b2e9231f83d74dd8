import { isDeepStrictEqual } from 'node:util';
import type { Documents } from './documents.ts';
import { type Document, type Filter, grpcError, type StructuredQuery, type Value } from './wire.ts';

const unquoted = (path: string): string => path.replace(/^`(.*)`$/, '$1').replaceAll('\\', '');

const holds = (filter: Filter | undefined, document: Document): boolean => {
  if (filter?.compositeFilter) {
    if (filter.compositeFilter.op !== 'AND') throw grpcError('UNIMPLEMENTED', 'OR');
    return filter.compositeFilter.filters.every((part) => holds(part, document));
  }
  if (!filter?.fieldFilter) return true;
  const { field, op, value } = filter.fieldFilter;
  const found: Value | undefined = document.fields[unquoted(field.fieldPath)];
  if (op === 'EQUAL') return found !== undefined && isDeepStrictEqual({ ...found }, { ...value });
  if (op === 'ARRAY_CONTAINS')
    return (found?.arrayValue?.values ?? []).some((item) => isDeepStrictEqual({ ...item }, { ...value }));
  throw grpcError('UNIMPLEMENTED', `the operator ${op}`);
};

/** One collection, filters joined by AND, in order of name, limited: what the adapters ask. The rest is refused. */
export const runQuery = (
  documents: Documents,
  parent: string,
  query: StructuredQuery,
): readonly Document[] => {
  const [from, ...more] = query.from ?? [];
  if (from === undefined || more.length > 0 || from.allDescendants)
    throw grpcError('UNIMPLEMENTED', 'anything but one collection');
  if ((query.orderBy ?? []).some(({ field }) => field.fieldPath !== '__name__'))
    throw grpcError('UNIMPLEMENTED', 'an order other than by name');
  const found = documents.in(`${parent}/${from.collectionId}`).filter((item) => holds(query.where, item));
  return found.slice(0, query.limit?.value ?? found.length).map((item) => {
    const only = query.select?.fields.map(({ fieldPath }) => unquoted(fieldPath));
    if (only === undefined) return item;
    return {
      ...item,
      fields: Object.fromEntries(Object.entries(item.fields).filter(([n]) => only.includes(n))),
    };
  });
};
