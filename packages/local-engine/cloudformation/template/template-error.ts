/** The template asks for something that the engine does not do. It says so at load, instead of doing half of it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly logicalId: string;

  constructor(logicalId: string, message: string, options?: ErrorOptions) {
    super(`${logicalId}: ${message}`, options);
    this.logicalId = logicalId;
  }
}
