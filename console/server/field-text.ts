/** A field of a request's body as text; empty for what is neither text, number nor boolean, such as a missing one. */
export function fieldText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}
