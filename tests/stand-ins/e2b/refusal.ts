/** The SDK reads the `code` of the body, not the status (`res.error.code === 404`). */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
