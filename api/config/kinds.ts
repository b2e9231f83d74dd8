import { type TSchema, Type } from 'typebox';

/** One environment variable: what it may hold, what it means, and a line somebody can copy. */
export type Variable<S extends TSchema = TSchema> = {
  readonly schema: S;
  /** Completes "<NAME> must be ...". */
  readonly must: string;
  readonly meaning: string;
  readonly example: string;
  /** What holds where the variable is not set, in words, where that is not obvious. */
  readonly otherwise?: string;
  /** Its value is never repeated in a message. */
  readonly secret?: true;
  /** A pattern cannot tell every text that is no URL: the URL parser has the last word. */
  readonly url?: true;
};

export const variable = <S extends TSchema>(schema: S, about: Omit<Variable<S>, 'schema'>): Variable<S> => ({
  schema,
  ...about,
});

export const port = (meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 0, maximum: 65_535 }), {
    must: 'a port number from 0 to 65535',
    meaning,
    example,
    otherwise,
  });
export const count = (meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
    must: 'a whole number from 1 to 1000000',
    meaning,
    example,
    otherwise,
  });
export const upTo = (maximum: number, meaning: string, example: string, otherwise: string) =>
  variable(Type.Integer({ minimum: 0, maximum }), {
    must: `a whole number from 0 to ${maximum}`,
    meaning,
    example,
    otherwise,
  });
export const oneOf = <const V extends string>(values: readonly V[], meaning: string, otherwise: string) =>
  variable(Type.Unsafe<V>({ type: 'string', enum: values }), {
    must: `one of ${values.join(', ')}`,
    meaning,
    example: values[0] ?? '',
    otherwise,
  });
export const token = (meaning: string, otherwise: string) =>
  variable(Type.String({ minLength: 16, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' }), {
    must: 'at least 16 characters without spaces',
    meaning,
    example: 'the output of: openssl rand -base64 33',
    otherwise,
    secret: true,
  });

/** A key somebody else issued, as they issue it. */
export const key = (issuer: string, meaning: string, example: string, otherwise: string) =>
  variable(Type.String({ minLength: 8, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' }), {
    must: `a key of ${issuer}, without spaces`,
    meaning,
    example,
    otherwise,
    secret: true,
  });
/** Where an API is: over TLS, or on this machine. */
export const apiUrl = (meaning: string, otherwise: string) =>
  variable(
    Type.String({
      maxLength: 300,
      pattern: '^(https://|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])[:/]?)[^?#@\\s]*$',
    }),
    { must: 'an https URL (http only on this machine)', meaning, example: otherwise, otherwise, url: true },
  );
export const name = (
  pattern: string,
  must: string,
  about: { meaning: string; example: string; otherwise: string },
) => variable(Type.String({ pattern }), { must, ...about });
