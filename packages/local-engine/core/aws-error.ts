/** An error that the engine answers with, named as AWS names it. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's error code, such as `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Further fields of the answer's body, where the operation has any. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
