import {
  type Document,
  type Fields,
  grpcError,
  type Precondition,
  type Timestamp,
  type Write,
} from './wire.ts';

/** https://firebase.google.com/docs/firestore/quotas#limits: a document with its name and fields, and one request. */
const LARGEST_DOCUMENT = 1_048_576;
const LARGEST_REQUEST = 10 * 2 ** 20;
/** The classic limit of writes in a commit; newer databases allow more, the 10 MiB of a request hold then. */
const MOST_WRITES = 500;

const sizeOf = (value: unknown): number => {
  if (Buffer.isBuffer(value)) return value.length;
  if (typeof value === 'string') return Buffer.byteLength(value) + 1;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 0);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + 1 + sizeOf(item), 0);
  return 8;
};

const nameOf = (write: Write): string => write.update?.name ?? write.delete ?? '';

const same = (a: Timestamp | undefined, b: Timestamp): boolean =>
  a !== undefined && String(a.seconds) === b.seconds && Number(a.nanos) === b.nanos;

/** Codes as the service gives them: https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.v1#precondition. */
const hold = (name: string, wanted: Precondition | undefined, found: Document | undefined): void => {
  if (wanted?.exists === false && found !== undefined)
    throw grpcError('ALREADY_EXISTS', `Document already exists: ${name}`);
  if (wanted?.exists === true && found === undefined)
    throw grpcError('NOT_FOUND', `No document to update: ${name}`);
  if (wanted?.updateTime !== undefined && !same(found?.updateTime, wanted.updateTime))
    throw grpcError('FAILED_PRECONDITION', 'the stored version does not match the required base version');
};

/** Documents by full name; a commit is all or nothing. Field masks are of top-level fields only. */
export const documentStore = () => {
  const documents = new Map<string, Document>();
  let micros = 0n;
  let ahead = 0;

  /** Later than whatever was before. */
  const tick = (): Timestamp => {
    const clock = BigInt(Date.now() + ahead) * 1_000n;
    micros = clock > micros ? clock : micros + 1n;
    return { seconds: String(micros / 1_000_000n), nanos: Number(micros % 1_000_000n) * 1_000 };
  };

  const updated = (write: Write, found: Document | undefined): Fields => {
    const given = write.update?.fields ?? {};
    const mask = write.updateMask?.fieldPaths;
    if (write.updateMask === undefined || write.updateMask === null || mask === undefined) return given;
    if (mask.some((path) => path.includes('.'))) throw grpcError('UNIMPLEMENTED', 'a mask of nested fields');
    const kept = Object.entries(found?.fields ?? {}).filter(([field]) => !mask.includes(field));
    return Object.fromEntries([...kept, ...Object.entries(given).filter(([field]) => mask.includes(field))]);
  };

  const applied = (write: Write, found: Document | undefined, at: Timestamp): Document | undefined => {
    const name = nameOf(write);
    hold(name, write.currentDocument, found);
    if ((write.updateTransforms ?? []).length > 0) throw grpcError('UNIMPLEMENTED', 'transforms');
    if (write.delete) return undefined;
    const fields = updated(write, found);
    const size = sizeOf(name) + sizeOf(fields);
    if (size > LARGEST_DOCUMENT)
      throw grpcError(
        'INVALID_ARGUMENT',
        `Document '${name}' cannot be written because its size (${size} bytes) exceeds the maximum allowed size of 1,048,576 bytes.`,
      );
    return { name, fields, createTime: found?.createTime ?? at, updateTime: at };
  };

  return {
    get: (name: string): Document | undefined => documents.get(name),
    /** Those directly in a collection, by name. */
    in: (collection: string): readonly Document[] =>
      [...documents.values()]
        .filter(({ name }) => name.slice(0, name.lastIndexOf('/')) === collection)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    all: (): readonly Document[] => [...documents.values()],
    now: tick,
    pass: (ms: number): void => {
      ahead += ms;
    },
    commit: (writes: readonly Write[]): Timestamp => {
      if (writes.length > MOST_WRITES)
        throw grpcError('INVALID_ARGUMENT', `maximum ${MOST_WRITES} writes allowed per request`);
      if (sizeOf(writes) > LARGEST_REQUEST)
        throw grpcError('INVALID_ARGUMENT', 'Request payload size exceeds the limit: 10485760 bytes.');
      const at = tick();
      const after = new Map<string, Document | undefined>();
      for (const write of writes) {
        const name = nameOf(write);
        after.set(name, applied(write, after.has(name) ? after.get(name) : documents.get(name), at));
      }
      for (const [name, document] of after) {
        if (document === undefined) documents.delete(name);
        else documents.set(name, document);
      }
      return at;
    },
  };
};

export type Documents = ReturnType<typeof documentStore>;
