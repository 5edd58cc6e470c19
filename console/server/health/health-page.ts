import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import {
  diagnose,
  groupByCheck,
  type HealthFinding,
  problemOf,
  repair,
  repairTitle,
} from '../../../operations/doctor/index.ts';
import type { FindingView, HealthPage, Repaired } from '../../contract/health.ts';
import { type Body, fieldText } from '../body.ts';
import type { Asked } from '../route.ts';

/** Makes the checks of `doctor`. */
export async function readHealth({ target }: Asked): Promise<HealthPage> {
  const { findings, stackName, now } = await onStack(target, async (on) => {
    const now = timeAt(on.target);
    return { findings: await diagnose(on, target, now), stackName: on.stack.name, now };
  });
  const problem = problemOf(findings);
  return {
    now,
    summary: problem === undefined ? 'All is well.' : `${problem} found`,
    checks: groupByCheck(findings).map((check) => ({
      ...check,
      findings: check.findings.map((finding) => viewFinding(finding, stackName)),
    })),
    command: pipelineCommand('doctor', target),
  };
}

function viewFinding({ status, subject, detail, fix, repair: call }: HealthFinding, stackName: string): FindingView {
  return {
    status,
    subject,
    shortSubject: subject.replace(`${stackName}-`, ''),
    detail,
    ...(fix !== undefined && { fix }),
    ...(call !== undefined && { repair: repairTitle(call) }),
  };
}

/**
 * Makes the call that fixes a finding.
 * @param body `check`, `subject` and `detail` of the finding: the call comes from the check itself, which is made again
 * @throws CommandFailure if the check no longer finds it, or no single call fixes it
 */
export async function repairFinding({ target }: Asked, body: Body): Promise<Repaired> {
  const { check, subject, detail } = body;
  const wanted = { check: fieldText(check), subject: fieldText(subject), detail: fieldText(detail) };
  return { outcome: await onStack(target, (on) => repair(on, target, wanted, timeAt(on.target))) };
}
