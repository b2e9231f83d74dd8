import { promisify } from 'node:util';
import {
  type status as codes,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { documentStore } from './documents.ts';
import { runQuery } from './query.ts';
import { transactions } from './transactions.ts';
import { type Document, firestoreService, grpcError, type StructuredQuery, type Write } from './wire.ts';

type Fault = {
  readonly method: string;
  readonly code: keyof typeof codes;
  readonly after: boolean;
  skip: number;
};

export type FirestoreStandIn = {
  /** `host:port`, what `FIRESTORE_EMULATOR_HOST` is set to. */
  readonly host: string;
  /**
   * The next calls (one, unless told) of that method are refused so; `after`: although their work is done. A refused
   * read is asked three times: the client's stream library asks again, whatever the code, where no byte has come.
   * `skip`: so many calls of it go through before.
   */
  readonly fail: (
    method: string,
    code: keyof typeof codes,
    options?: { readonly after?: boolean; readonly times?: number; readonly skip?: number },
  ) => void;
  /** Every document there is. */
  readonly documents: () => readonly Document[];
  /** Methods called, in order. */
  readonly asked: () => readonly string[];
  /** Puts its clock on. */
  readonly pass: (ms: number) => void;
  readonly close: () => Promise<void>;
};

type InTransaction = { readonly transaction?: Buffer; readonly newTransaction?: unknown };
type BatchGet = InTransaction & { readonly documents: readonly string[] };
type Query = InTransaction & { readonly parent: string; readonly structuredQuery: StructuredQuery };
type Commit = { readonly transaction?: Buffer; readonly writes?: readonly Write[] };

const isSet = (bytes: Buffer | undefined): bytes is Buffer => bytes !== undefined && bytes.length > 0;

/**
 * Firestore over gRPC, from the service description inside its client package, as far as the adapters use it:
 * commits with preconditions and their limits (`documents.ts`), transactions (`transactions.ts`), queries (`query.ts`).
 * A method it does not have answers UNIMPLEMENTED.
 */
export const startFirestoreStandIn = async (): Promise<FirestoreStandIn> => {
  const documents = documentStore();
  const running = transactions(documents);
  const asked: string[] = [];
  const faults: Fault[] = [];

  /** Does the work of a call unless a fault is due; the fault, where it is due afterwards. */
  const doing = <A>(method: string, work: () => A): A => {
    asked.push(method);
    const at = faults.findIndex((fault) => fault.method === method);
    const due = faults[at];
    if (due !== undefined && due.skip > 0) {
      due.skip -= 1;
      return work();
    }
    const [fault] = at < 0 ? [] : faults.splice(at, 1);
    if (fault !== undefined && !fault.after) throw grpcError(fault.code, 'scripted by the test');
    const done = work();
    if (fault !== undefined) throw grpcError(fault.code, 'scripted by the test, after the work');
    return done;
  };

  const unary =
    <Q, A>(method: string, work: (request: Q) => A): handleUnaryCall<Q, A> =>
    (call: ServerUnaryCall<Q, A>, answer: sendUnaryData<A>) => {
      try {
        answer(
          null,
          doing(method, () => work(call.request)),
        );
      } catch (error) {
        answer(error as ReturnType<typeof grpcError>);
      }
    };
  const streamed =
    <Q, A>(method: string, work: (request: Q) => readonly A[]) =>
    (call: ServerWritableStream<Q, A>) => {
      try {
        for (const part of doing(method, () => work(call.request))) call.write(part);
        call.end();
      } catch (error) {
        // What gRPC makes a status of; to destroy the stream would leave the caller without one.
        call.emit('error', error);
      }
    };
  /** The transaction a read belongs to; a new one is told in the first answer. */
  const joined = ({ transaction, newTransaction }: InTransaction) => {
    if (isSet(transaction)) return { id: transaction, told: {} };
    if (newTransaction === undefined || newTransaction === null) return { id: undefined, told: {} };
    const id = running.begin();
    return { id, told: { transaction: id } };
  };

  // What is too large is told so by the store; gRPC itself would take 4 MiB, and Firestore takes more.
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 2 ** 20 });
  server.addService(firestoreService(), {
    BeginTransaction: unary('BeginTransaction', () => ({ transaction: running.begin() })),
    Rollback: unary('Rollback', ({ transaction }: { transaction: Buffer }) => {
      running.rollback(transaction);
      return {};
    }),
    Commit: unary('Commit', ({ transaction, writes = [] }: Commit) => {
      const at = isSet(transaction) ? running.commit(transaction, writes) : documents.commit(writes);
      return { commitTime: at, writeResults: writes.map(() => ({ updateTime: at })) };
    }),
    BatchGetDocuments: streamed('BatchGetDocuments', (request: BatchGet) => {
      const { id, told } = joined(request);
      const readTime = documents.now();
      return request.documents.map((name, index) => {
        const found = documents.get(name);
        if (id !== undefined) running.read(id, name, found);
        return { ...(found ? { found } : { missing: name }), readTime, ...(index === 0 ? told : {}) };
      });
    }),
    RunQuery: streamed('RunQuery', (request: Query) => {
      const { id, told } = joined(request);
      const readTime = documents.now();
      const found = runQuery(documents, request.parent, request.structuredQuery);
      if (id !== undefined) running.asked(id, request.parent, request.structuredQuery, found);
      return [{ ...told, readTime }, ...found.map((document) => ({ document, readTime }))];
    }),
  });
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind('127.0.0.1:0', ServerCredentials.createInsecure());

  return {
    host: `127.0.0.1:${port}`,
    fail: (method, code, { after = false, times = 1, skip = 0 } = {}) =>
      void faults.push(...Array.from({ length: times }, () => ({ method, code, after, skip }))),
    documents: documents.all,
    asked: () => asked,
    pass: documents.pass,
    close: async () => server.forceShutdown(),
  };
};
