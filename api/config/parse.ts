import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { ConfigError } from '../config.ts';
import { VARIABLES, type Variable, type VariableName, type VariableValue } from './variables.ts';

export type Parsed = { readonly [N in VariableName]?: VariableValue<N> };

/** Checks every variable that is set against its schema; all that is wrong is reported at once. */
export const parseVariables = (
  env: Readonly<Record<string, string | undefined>>,
): { readonly values: Parsed; readonly errors: readonly ConfigError[] } => {
  const values: Record<string, unknown> = {};
  const errors: ConfigError[] = [];
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    const text = env[name]?.trim();
    if (text === undefined || text === '') continue;
    const value = parse(variable, text);
    if (value === undefined) errors.push({ variable: name, message: complaint(name, variable, text) });
    else values[name] = value;
  }
  return { values: values as Parsed, errors };
};

const parse = (variable: Variable, text: string): unknown => {
  // Not `Value.Convert`: it truncates 3000.5 and reads `true` as 1, where a person meant something else.
  const value = Type.IsInteger(variable.schema) && /^-?\d+$/.test(text) ? Number(text) : text;
  return Value.Check(variable.schema, value) && isWellFormed(variable, text) ? value : undefined;
};

const isWellFormed = (variable: Variable, text: string): boolean =>
  variable.url !== true || URL.canParse(text);

const complaint = (name: string, variable: Variable, text: string): string => {
  const given = variable.secret
    ? `it has ${text.length} characters`
    : `it is ${JSON.stringify(text.slice(0, 80))}`;
  const example = variable.secret ? variable.example : `${name}=${variable.example}`;
  return `${name} must be ${variable.must}; ${given}. Example: ${example}`;
};
