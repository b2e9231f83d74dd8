import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DocumentReference, DocumentSnapshot, Transaction } from 'firebase-admin/firestore';
import type { Row } from '../../../projections/ports.ts';

/** A piece of a packed document that is too large for one of Firestore's. */
export type Part = { readonly name: string; readonly bytes: Buffer };

/** A row ready to be written; `fields` are those of its document, `undefined` where the row is removed. */
export type ReadyRow = {
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** What it takes more than one document for. */
  readonly parts: readonly Part[];
  /** Names of parts the row had before, which go with the document that named them. */
  readonly former: readonly string[];
  /** About as many bytes as the document of the row takes in a request. */
  readonly size: number;
};

/** A document may have 1 MiB (https://firebase.google.com/docs/firestore/quotas); key and indexes need some of it. */
const LARGEST_JSON = 900_000;
export const OVERHEAD = 400;

/** A field beginning with anything but `by_` is not found by; the document itself is JSON, packed where it is long. */
export const indexField = (index: string): string => `by_${Buffer.from(index, 'utf8').toString('hex')}`;

type Body = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly parts: readonly Part[];
  readonly size: number;
};

/** Parts have names nobody had before: who reads a row meets those of one writing of it, never of two. */
const inParts = (gzip: Buffer): readonly Part[] => {
  const writing = randomUUID();
  return Array.from({ length: Math.ceil(gzip.length / LARGEST_JSON) }, (_, at) => ({
    name: `${writing}_${at}`,
    bytes: gzip.subarray(at * LARGEST_JSON, (at + 1) * LARGEST_JSON),
  }));
};

const packed = (json: string): Body => {
  const size = Buffer.byteLength(json);
  if (size <= LARGEST_JSON) return { fields: { json }, parts: [], size };
  const gzip = gzipSync(json);
  if (gzip.length <= LARGEST_JSON) return { fields: { gzip }, parts: [], size: gzip.length };
  const parts = inParts(gzip);
  const names = parts.map(({ name }) => name);
  return { fields: { parts: names }, parts, size: JSON.stringify(names).length };
};

/** Throws for a document that is no JSON. */
export const ready = ({ key, doc, indexes }: Row, former: readonly string[]): ReadyRow => {
  if (doc === undefined) return { key, fields: undefined, parts: [], former, size: OVERHEAD };
  const { fields, parts, size } = packed(JSON.stringify(doc));
  const by = Object.fromEntries(
    Object.entries(indexes).map(([index, values]) => [indexField(index), [...values]]),
  );
  return {
    key,
    fields: { key, ...fields, ...by },
    parts,
    former,
    size: size + OVERHEAD + JSON.stringify(by).length,
  };
};

export const place = (transaction: Transaction, to: DocumentReference, fields: ReadyRow['fields']): void => {
  if (fields === undefined) transaction.delete(to);
  else transaction.set(to, fields);
};

export const partNames = (snapshot: DocumentSnapshot): readonly string[] =>
  (snapshot.get('parts') as readonly string[] | undefined) ?? [];

/** `parts`: their contents, in the order in which the document names them. */
export const docOf = (snapshot: DocumentSnapshot, parts: readonly Uint8Array[]): unknown => {
  if (!snapshot.exists) return undefined;
  const gzip: unknown = parts.length > 0 ? Buffer.concat(parts) : snapshot.get('gzip');
  return JSON.parse(
    gzip instanceof Uint8Array ? gunzipSync(gzip).toString('utf8') : String(snapshot.get('json')),
  );
};
