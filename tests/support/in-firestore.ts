import { gunzipSync } from 'node:zlib';
import type { FirestoreStandIn } from '../stand-ins/firestore/server.ts';
import type { Place } from './secret-search.ts';

type Read = ReturnType<FirestoreStandIn['documents']>[number]['fields'][string];

/** Everything a value says, bytes as they are and unpacked. */
const textsOf = (value: Read): readonly string[] => {
  if (value.stringValue !== undefined) return [value.stringValue];
  if (value.bytesValue !== undefined) {
    const { bytesValue: bytes } = value;
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return [bytes.toString('latin1'), ...(isPacked ? [gunzipSync(bytes).toString('latin1')] : [])];
  }
  return [...(value.arrayValue?.values ?? []), ...Object.values(value.mapValue?.fields ?? {})].flatMap(
    textsOf,
  );
};

/** Every document there is, to be searched: its name and all it holds. */
export const placesInFirestore = (firestore: FirestoreStandIn): readonly Place[] =>
  firestore.documents().map(({ name, fields }) => ({
    name: name.replace(/^.*\/documents\//, ''),
    text: [name, ...Object.values(fields).flatMap(textsOf)].join('\n'),
  }));
