import { type Static, type TObject, Type } from 'typebox';
import { SERVICES } from '../../../domain/services.ts';

export const oneOf = <const V extends string>(...values: V[]) =>
  Type.Unsafe<V>({ type: 'string', enum: values });
export const Instant = Type.String({ description: 'ISO 8601, UTC, milliseconds' });
export const Service = oneOf(...SERVICES);
export const StepStatus = oneOf('waiting', 'running', 'done', 'failed', 'parked', 'skipped');
export const strict = { additionalProperties: false } as const;
export const Phase = oneOf('booting', 'ready', 'closing', 'closed');
export const Mode = Type.Optional(oneOf('quick', 'upgrading'));
export const SandboxState = oneOf('none', 'booting', 'awake', 'asleep', 'waking', 'lost', 'gone');

/** The schema of a view, held against the view's type: a property it lacks, or has too much, does not compile. */
export const viewOf =
  <View>() =>
  <S extends TObject>(schema: S & (keyof Static<S> extends keyof View ? Covers<S, View> : never)) =>
    Type.Unsafe<View>(schema);
type Covers<S extends TObject, View> = keyof View extends keyof Static<S>
  ? Static<S> extends View
    ? unknown
    : never
  : never;

export const ErrorView = Type.Object(
  { code: Type.String(), message: Type.String(), retryable: Type.Boolean() },
  strict,
);
