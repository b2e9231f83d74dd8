import { createRequire } from 'node:module';
import { status as codes, type GrpcObject, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** `google.firestore.v1`, as far as the stand-in speaks it; bytes are Buffers, enums their names. */
export type Value = {
  readonly nullValue?: 'NULL_VALUE';
  readonly booleanValue?: boolean;
  readonly integerValue?: string;
  readonly stringValue?: string;
  readonly bytesValue?: Buffer;
  readonly arrayValue?: { readonly values?: readonly Value[] };
  readonly mapValue?: { readonly fields?: Readonly<Record<string, Value>> };
};
export type Fields = Readonly<Record<string, Value>>;
export type Timestamp = { readonly seconds: string; readonly nanos: number };
export type Document = {
  readonly name: string;
  readonly fields: Fields;
  readonly createTime: Timestamp;
  readonly updateTime: Timestamp;
};
export type Precondition = { readonly exists?: boolean; readonly updateTime?: Timestamp };
export type Write = {
  readonly update?: { readonly name: string; readonly fields?: Fields };
  readonly delete?: string;
  readonly updateMask?: { readonly fieldPaths?: readonly string[] };
  readonly updateTransforms?: readonly unknown[];
  readonly currentDocument?: Precondition;
};
export type FieldFilter = {
  readonly field: { readonly fieldPath: string };
  readonly op: string;
  readonly value: Value;
};
export type Filter = {
  readonly fieldFilter?: FieldFilter;
  readonly compositeFilter?: { readonly op: string; readonly filters: readonly Filter[] };
};
export type StructuredQuery = {
  readonly select?: { readonly fields: readonly { readonly fieldPath: string }[] };
  readonly from?: readonly { readonly collectionId: string; readonly allDescendants?: boolean }[];
  readonly where?: Filter;
  readonly orderBy?: readonly {
    readonly field: { readonly fieldPath: string };
    readonly direction?: string;
  }[];
  readonly limit?: { readonly value: number };
};

/** An error as gRPC carries it. */
export const grpcError = (code: keyof typeof codes, details: string): ServiceError =>
  Object.assign(new Error(details), {
    code: codes[code],
    details,
    metadata: undefined,
  }) as unknown as ServiceError;

export type { GrpcObject };

/** The service as the client package itself describes it. */
export const firestoreService = (): ServiceDefinition => {
  const require = createRequire(import.meta.url);
  const description: object = require('@google-cloud/firestore/build/protos/v1.json');
  const loaded = fromJSON(description as Parameters<typeof fromJSON>[0], {
    longs: String,
    enums: String,
    oneofs: true,
  });
  return loaded['google.firestore.v1.Firestore'] as ServiceDefinition;
};
