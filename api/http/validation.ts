import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/**
 * Requests against their TypeBox schemas. A body is taken as it is: a number in place of a text is a mistake. A query
 * is text by nature, so it is converted, and what is left out of it gets its default.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  return (given) => {
    const value = httpPart === 'querystring' ? Value.Default(schema, Value.Convert(schema, given)) : given;
    return compiled.Check(value) ? { value } : { error: compiled.Errors(value) };
  };
};
