const WORD = /\S+/g;
/** In a word with a time, an account, a name or an id, as in `arn:aws:s3:::siu-alice-1714458435-123456789012`. */
const PARTICULAR = /\d{4}|[0-9a-f]{8}-[0-9a-f]{4}-/;

/**
 * A failure without names, ids and times. Of failures that are the same then, one is printed: AWS words a missing permission with
 * the ARN of each bucket, for example.
 */
export function alike(failure: string): string {
  return failure.replaceAll(WORD, (word) => (PARTICULAR.test(word) ? '…' : word));
}
