import { UsageError } from '../../operations/messages/errors.ts';

/** The stage whose users are real. */
const PROD = /(^|-)prod$/;

/**
 * Scenarios make users, buckets and events that stay in the archive.
 * @throws UsageError for a stack of the stage prod, unless it was agreed to
 */
export function requireExpendable(stackName: string, yes: boolean): void {
  if (yes || !PROD.test(stackName)) return;
  throw new UsageError(
    `${stackName} is in use: this run would register users there, and its events stay in the archive; add --yes to do it`,
  );
}
