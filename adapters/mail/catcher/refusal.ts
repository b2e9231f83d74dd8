/** The error names of Resend that the catcher answers with (https://resend.com/docs/api-reference/errors). */
export type ResendErrorName =
  | 'concurrent_idempotent_requests'
  | 'daily_quota_exceeded'
  | 'internal_server_error'
  | 'invalid_access'
  | 'invalid_api_key'
  | 'invalid_from_address'
  | 'invalid_idempotency_key'
  | 'invalid_idempotent_request'
  | 'missing_api_key'
  | 'missing_required_field'
  | 'not_found'
  | 'restricted_api_key'
  | 'validation_error';

/** A request the catcher will not do, in the shape Resend answers: `{ statusCode, name, message }`. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly errorName: ResendErrorName;

  constructor(statusCode: number, errorName: ResendErrorName, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.errorName = errorName;
  }

  get body(): { statusCode: number; name: ResendErrorName; message: string } {
    return { statusCode: this.statusCode, name: this.errorName, message: this.message };
  }
}

export const missingApiKey = (): Refusal =>
  new Refusal(401, 'missing_api_key', 'Missing API key in the authorization header');

export const invalidApiKey = (): Refusal => new Refusal(403, 'invalid_api_key', 'API key is invalid');

/** The same for what is forbidden and for what does not exist, so that a key cannot be used to look around. */
export const restricted = (): Refusal =>
  new Refusal(
    401,
    'restricted_api_key',
    'This API key is restricted to only send emails and manage contacts of its own audience',
  );

export const notFound = (what: string): Refusal => new Refusal(404, 'not_found', `${what} not found`);

export const invalid = (message: string): Refusal => new Refusal(422, 'validation_error', message);
