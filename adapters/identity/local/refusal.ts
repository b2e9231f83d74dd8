/** A request refused in the words of Firebase: `CODE`, or `CODE : a sentence`, which the SDK turns into `auth/code`. */
export class AuthRefusal extends Error {
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

export const onlyAnonymous = (): AuthRefusal =>
  new AuthRefusal('OPERATION_NOT_ALLOWED : Only anonymous sign-in is offered here.');

/** Google's error shape, of both identitytoolkit and securetoken. */
export const errorBody = (statusCode: number, message: string) => ({
  error: { code: statusCode, message, errors: [{ message, domain: 'global', reason: 'invalid' }] },
});
