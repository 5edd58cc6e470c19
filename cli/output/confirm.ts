import { createInterface } from 'node:readline/promises';
import { visible } from '../../operations/messages/display.ts';
import { UsageError } from '../../operations/messages/errors.ts';

export interface ConfirmOptions {
  /** Whether `--yes` has answered the question. */
  readonly yes?: boolean;
  /** Whether the command has `--dry-run`. @default true */
  readonly hasDryRun?: boolean;
  /** Of a stop request: it ends the question as a no. */
  readonly signal?: AbortSignal;
}

/** Where a person can be asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const STANDARD: Terminal = {
  get input() {
    return process.stdin;
  },
  get output() {
    return process.stderr;
  },
};

/**
 * Call this before long work that ends in a question.
 * @throws UsageError without a terminal and without `yes`
 */
export function requireConfirmable(
  { yes = false, hasDryRun = true }: ConfirmOptions,
  { input }: Terminal = STANDARD,
): void {
  if (yes || input.isTTY) return;
  const see = hasDryRun ? ', or --dry-run to only see what would happen' : '';
  throw new UsageError(`there is no terminal to ask for confirmation: add --yes to confirm${see}`);
}

/**
 * Asks before something that cannot be undone.
 * @param question such as `Redrive 12 events?`
 * @returns true for y or yes, false for every other answer
 * @throws UsageError without a terminal and without `yes`
 */
export async function confirm(question: string, options: ConfirmOptions, terminal = STANDARD): Promise<boolean> {
  const answer = await ask(`${question} [y/N]`, options, terminal);
  return answer === true || /^y(es)?$/i.test(answer ?? '');
}

/**
 * Asks for a name before something of great consequence is done to what has that name.
 * @param question such as `To destroy it, type the name of the stack:`
 * @returns true for the name, false for every other answer
 * @throws UsageError without a terminal and without `yes`
 */
export async function confirmByName(
  question: string,
  name: string,
  options: ConfirmOptions,
  terminal = STANDARD,
): Promise<boolean> {
  const answer = await ask(question, options, terminal);
  return answer === true || answer === name;
}

/** The answer, without spaces around it; true with `yes`, undefined if there is none. */
async function ask(question: string, options: ConfirmOptions, terminal: Terminal): Promise<string | true | undefined> {
  requireConfirmable(options, terminal);
  if (options.yes) return true;
  const reader = createInterface(terminal);
  // While a question is open, readline takes Ctrl-C from the terminal.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // There will be no answer after the end of the input, as by Ctrl-D.
  const ended = new AbortController();
  reader.once('close', () => ended.abort());
  const signal = AbortSignal.any(options.signal ? [options.signal, ended.signal] : [ended.signal]);
  try {
    return (await reader.question(`${visible(question)} `, { signal })).trim();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    reader.close();
  }
}
