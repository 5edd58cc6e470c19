import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors.ts';

export interface ConfirmOptions {
  /** Whether it was agreed to beforehand, with `--yes`. */
  readonly yes?: boolean;
  /** Aborts the question. */
  readonly signal?: AbortSignal;
}

/** Where a person can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const STANDARD: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks before something is done that cannot be taken back.
 * @param question such as `Redrive 12 events?`
 * @returns whether it is agreed to: nothing but y or yes is
 * @throws UsageError where nobody can be asked and nothing was agreed to beforehand
 */
export async function confirm(
  question: string,
  { yes = false, signal }: ConfirmOptions,
  { input, output }: Terminal = STANDARD,
): Promise<boolean> {
  if (yes) return true;
  if (!input.isTTY) throw new UsageError('nobody can be asked here: add --yes to do it, or --dry-run to see only');
  const reader = createInterface({ input, output });
  try {
    const answer = await reader.question(`${question} [y/N] `, signal ? { signal } : {});
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  } finally {
    reader.close();
  }
}
