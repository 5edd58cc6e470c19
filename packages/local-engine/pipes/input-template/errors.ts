/** An InputTemplate that AWS refuses at creation, or that holds a path outside the supported subset. */
export class InvalidInputTemplateError extends Error {
  override readonly name = 'InvalidInputTemplateError';
}
