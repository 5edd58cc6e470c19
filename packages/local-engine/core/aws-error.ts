/** An error in an answer of the engine, with AWS's code. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** AWS's error code, such as `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** More fields of the answer's body, for operations that have some. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
