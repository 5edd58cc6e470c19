import { onStack, type TargetOptions } from '../command-run.ts';
import { archive } from '../doctor/archive.ts';
import { bucketQuota } from '../doctor/bucket-quota.ts';
import type { Check } from '../doctor/check.ts';
import { deadLetters } from '../doctor/dead-letters.ts';
import { Deployed } from '../doctor/deployed.ts';
import { leftovers } from '../doctor/leftovers.ts';
import { mendsFor } from '../doctor/mends.ts';
import { pipeSource } from '../doctor/pipe-source.ts';
import { pipeState } from '../doctor/pipe-state.ts';
import { queueWiring } from '../doctor/queue-wiring.ts';
import { queues } from '../doctor/queues.ts';
import { replays } from '../doctor/replays.ts';
import { findingsText, problemOf } from '../doctor/report.ts';
import { rules } from '../doctor/rules.ts';
import { runChecks } from '../doctor/run-checks.ts';
import { schemaVersions } from '../doctor/schema-versions.ts';
import { stackStatus } from '../doctor/stack-status.ts';
import { CommandFailure } from '../errors.ts';
import { jsonLine, print } from '../output.ts';

export interface DoctorOptions extends TargetOptions {
  readonly json?: boolean;
}

/** In the order in which an event passes what they look at. */
const CHECKS: readonly Check[] = [
  stackStatus,
  pipeState,
  pipeSource,
  rules,
  queues,
  queueWiring,
  deadLetters,
  archive,
  replays,
  bucketQuota,
  schemaVersions,
  leftovers,
];

/**
 * Looks at each part of the pipeline, and says how to mend what is not well. It changes nothing.
 * @throws CommandFailure if anything is not well
 */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { findings, stackName } = await onStack(options, async (on) => {
    const deployed = new Deployed(on.clients, on.stack);
    const props = { deployed, mends: mendsFor(on, options), now: Date.now() };
    return { findings: await runChecks(CHECKS, props, on.target), stackName: on.stack.name };
  });
  print(options.json ? jsonLine({ findings }) : findingsText(findings, stackName));
  const problem = problemOf(findings);
  if (problem !== undefined) throw new CommandFailure(`${problem} found`);
  if (!options.json) print('All is well.\n');
}
