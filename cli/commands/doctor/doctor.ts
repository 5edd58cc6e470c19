import { onStack } from '../../../operations/deployed/stack.ts';
import { archive } from '../../../operations/doctor/archive.ts';
import { bucketQuota } from '../../../operations/doctor/bucket-quota.ts';
import type { Check } from '../../../operations/doctor/check.ts';
import { deadLetters } from '../../../operations/doctor/dead-letters.ts';
import { Deployed } from '../../../operations/doctor/deployed.ts';
import { leftovers } from '../../../operations/doctor/leftovers.ts';
import { mendsFor } from '../../../operations/doctor/mends.ts';
import { pipeSource } from '../../../operations/doctor/pipe-source.ts';
import { pipeState } from '../../../operations/doctor/pipe-state.ts';
import { queueWiring } from '../../../operations/doctor/queue-wiring.ts';
import { queues } from '../../../operations/doctor/queues.ts';
import { replays } from '../../../operations/doctor/replays.ts';
import { rules } from '../../../operations/doctor/rules.ts';
import { runChecks } from '../../../operations/doctor/run-checks.ts';
import { schemaVersions } from '../../../operations/doctor/schema-versions.ts';
import { stackStatus } from '../../../operations/doctor/stack-status.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { DoctorOptions } from './command.ts';
import { findingsText, problemOf } from './report.ts';

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
