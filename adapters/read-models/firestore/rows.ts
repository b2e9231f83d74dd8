import { gunzipSync, gzipSync } from 'node:zlib';
import type { DocumentReference, DocumentSnapshot, Transaction } from 'firebase-admin/firestore';
import type { Row } from '../../../projections/ports.ts';

/** A row ready to be written; `fields` are those of its document, `undefined` where the row is removed. */
export type ReadyRow = {
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** About as many bytes as it takes in a request. */
  readonly size: number;
};

/** A document may have 1 MiB (https://firebase.google.com/docs/firestore/quotas); key and indexes need some of it. */
const LARGEST_JSON = 900_000;
const OVERHEAD = 400;

/** A field beginning with anything but `by_` is not found by; the document itself is JSON, packed where it is long. */
const indexField = (index: string): string => `by_${Buffer.from(index, 'utf8').toString('hex')}`;

const packed = (key: string, json: string): { readonly json: string } | { readonly gzip: Buffer } => {
  if (Buffer.byteLength(json) <= LARGEST_JSON) return { json };
  const gzip = gzipSync(json);
  if (gzip.length > LARGEST_JSON)
    throw new Error(`The view ${key} is too large for a document of Firestore: ${gzip.length} bytes packed.`);
  return { gzip };
};

/** Throws for a document that is no JSON, or that is too large even when packed. */
export const ready = ({ key, doc, indexes }: Row): ReadyRow => {
  if (doc === undefined) return { key, fields: undefined, size: OVERHEAD };
  const body = packed(key, JSON.stringify(doc));
  const by = Object.fromEntries(
    Object.entries(indexes).map(([index, values]) => [indexField(index), [...values]]),
  );
  const size = 'json' in body ? Buffer.byteLength(body.json) : body.gzip.length;
  return { key, fields: { key, ...body, ...by }, size: size + OVERHEAD + JSON.stringify(by).length };
};

export const place = (transaction: Transaction, to: DocumentReference, { fields }: ReadyRow): void => {
  if (fields === undefined) transaction.delete(to);
  else transaction.set(to, fields);
};

export const docOf = (snapshot: DocumentSnapshot): unknown => {
  if (!snapshot.exists) return undefined;
  const gzip: unknown = snapshot.get('gzip');
  return JSON.parse(
    gzip instanceof Uint8Array ? gunzipSync(gzip).toString('utf8') : String(snapshot.get('json')),
  );
};

export { indexField };
