const WORD = /\S+/g;
/** In a word with a time, an account, a name or an id, as in `arn:aws:s3:::siu-alice-1714458435-123456789012`. */
const PARTICULAR = /\d{4}|[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * What failures have in common that differ in whom or what they happened to: two that say the same here are told once. A missing
 * permission is told by AWS with the ARN of each bucket that it was missing for.
 */
export function alike(failure: string): string {
  return failure.replaceAll(WORD, (word) => (PARTICULAR.test(word) ? '…' : word));
}
