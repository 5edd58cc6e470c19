/** Doctor: checks each part of a deployed pipeline, and says how to fix what is wrong. What one call can fix it does when told to. */
import type { TargetOptions } from '../aws/target.ts';
import type { OnStack } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import { bucketNames } from './bucket-names.ts';
import { bucketQuota } from './bucket-quota.ts';
import { archive, replays, temporaryRules } from './bus.ts';
import { type Check, fixCommands, type HealthFinding, runChecks } from './check.ts';
import { Deployed } from './deployed.ts';
import { queueWiring } from './queue-wiring.ts';
import { deadLetters, queues } from './queues.ts';
import { makeRepair, repairTitle } from './repair.ts';
import { rules, schemaVersions } from './rules.ts';
import { pipeState, stackStatus, stream } from './stack-and-pipe.ts';

export type { HealthFinding, HealthStatus } from './check.ts';
export { type Repair, repairTitle } from './repair.ts';
export { groupByCheck, type HealthCheck, problemOf } from './summary.ts';

/** In the order in which an event passes the parts. */
const CHECKS: readonly Check[] = [
  stackStatus,
  pipeState,
  stream,
  rules,
  queues,
  queueWiring,
  deadLetters,
  archive,
  replays,
  bucketQuota,
  bucketNames,
  schemaVersions,
  temporaryRules,
];

/**
 * Runs all checks.
 * @param options those that chose the target; commands that fix something repeat them
 * @param now milliseconds since the Unix epoch
 */
export function diagnose(on: OnStack, options: TargetOptions, now: number): Promise<HealthFinding[]> {
  const props = { deployed: new Deployed(on.clients, on.stack), fixes: fixCommands(on, options), now };
  return runChecks(CHECKS, props, on.target);
}

/** Which finding to fix. */
export type FindingId = Pick<HealthFinding, 'check' | 'subject' | 'detail'>;

/**
 * Fixes what a check has found, if it still finds it, by the call that its fix names.
 * @returns what was done
 * @throws CommandFailure if it no longer finds it, or if no single call fixes it
 */
export async function repair(on: OnStack, options: TargetOptions, wanted: FindingId, now: number): Promise<string> {
  const checks = CHECKS.filter(({ name }) => name === wanted.check);
  const props = { deployed: new Deployed(on.clients, on.stack), fixes: fixCommands(on, options), now };
  const findings = await runChecks(checks, props, on.target);
  const { subject, detail } = wanted;
  const found = findings.find((finding) => finding.subject === subject && finding.detail === detail);
  if (found === undefined) {
    throw new CommandFailure(`${wanted.check} ${subject}: this is no longer so, and nothing was changed; check again`);
  }
  if (found.repair === undefined) {
    throw new CommandFailure(
      `${wanted.check} ${subject}: no single call fixes this; ${found.fix ?? 'nothing has to be done'}`,
    );
  }
  await makeRepair(on, found.repair);
  return `${repairTitle(found.repair)}: done`;
}
