import { Type } from 'typebox';
import type { OperatorSession } from '../../../projections/operator-views.ts';

const strict = { additionalProperties: false } as const;

export const SignInBody = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 512, description: 'ADMIN_TOKEN' }) },
  strict,
);

export const OperatorSessionSchema = Type.Unsafe<OperatorSession>(
  Type.Union([
    Type.Object({ signedIn: Type.Literal(false) }, strict),
    Type.Object(
      { signedIn: Type.Literal(true), expiresAt: Type.String({ description: 'ISO 8601, UTC' }) },
      strict,
    ),
  ]),
);
