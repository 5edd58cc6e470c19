import { createInterface } from 'node:readline/promises';
import { visible } from '../../operations/messages/display.ts';
import { UsageError } from '../../operations/messages/errors.ts';

export interface ConfirmOptions {
  /** Whether it was agreed to beforehand, with `--yes`. */
  readonly yes?: boolean;
  /** Of a stop request: it ends the question as a no. */
  readonly signal?: AbortSignal;
}

/** Where a person can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const STANDARD: Terminal = { input: process.stdin, output: process.stderr };

/**
 * To be called before long work that ends in a question.
 * @throws UsageError where nobody can be asked and nothing was agreed to beforehand
 */
export function requireConfirmable({ yes = false }: ConfirmOptions, { input }: Terminal = STANDARD): void {
  if (yes || input.isTTY) return;
  throw new UsageError('nobody can be asked here: add --yes to do it, or --dry-run to see only');
}

/**
 * Asks before something is done that cannot be taken back.
 * @param question such as `Redrive 12 events?`
 * @returns whether it is agreed to: nothing but y or yes is
 * @throws UsageError where nobody can be asked and nothing was agreed to beforehand
 */
export async function confirm(
  question: string,
  { yes = false, signal }: ConfirmOptions,
  terminal: Terminal = STANDARD,
): Promise<boolean> {
  requireConfirmable({ yes }, terminal);
  return yes || /^y(es)?$/i.test((await ask(`${question} [y/N]`, signal, terminal)) ?? '');
}

/**
 * Asks for a name before something of great consequence is done to what it names.
 * @param question such as `Type the stack's name to destroy it:`
 * @returns whether it is agreed to: nothing but the name is
 * @throws UsageError where nobody can be asked and nothing was agreed to beforehand
 */
export async function confirmByName(
  question: string,
  name: string,
  { yes = false, signal }: ConfirmOptions,
  terminal: Terminal = STANDARD,
): Promise<boolean> {
  requireConfirmable({ yes }, terminal);
  return yes || (await ask(question, signal, terminal)) === name;
}

/** The answer, without spaces around it; undefined if there is none. */
async function ask(
  question: string,
  signal: AbortSignal | undefined,
  { input, output }: Terminal,
): Promise<string | undefined> {
  const reader = createInterface({ input, output });
  // While a question is open, a terminal hands Ctrl-C to the one who asks.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Nobody will answer when there is nothing more to read, as after Ctrl-D.
  const ended = new AbortController();
  reader.once('close', () => ended.abort());
  const unanswered = AbortSignal.any(signal ? [signal, ended.signal] : [ended.signal]);
  try {
    return (await reader.question(`${visible(question)} `, { signal: unanswered })).trim();
  } catch (error) {
    if (unanswered.aborted) return undefined;
    throw error;
  } finally {
    reader.close();
  }
}
