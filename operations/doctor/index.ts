/** Doctor: checks each part of a deployed pipeline, and says how to fix what is wrong. It changes nothing. */
import type { TargetOptions } from '../aws/target.ts';
import type { OnStack } from '../deployed/stack.ts';
import { bucketQuota } from './bucket-quota.ts';
import { archive, replays, temporaryRules } from './bus.ts';
import { type Check, fixCommands, type HealthFinding, runChecks } from './check.ts';
import { Deployed } from './deployed.ts';
import { queueWiring } from './queue-wiring.ts';
import { deadLetters, queues } from './queues.ts';
import { rules, schemaVersions } from './rules.ts';
import { pipeState, stackStatus, stream } from './stack-and-pipe.ts';

export type { HealthFinding, HealthStatus } from './check.ts';

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
