import { timeAt } from '../../../operations/aws/pipeline-time.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { diagnose, type HealthFinding, type HealthStatus, problemOf } from '../../../operations/doctor/index.ts';
import { displayId } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { columns, jsonLine, print } from '../../output/output.ts';
import type { DoctorOptions } from './command.ts';

const MARKS: Readonly<Record<HealthStatus, string>> = { ok: '✔', warning: '!', problem: '✖' };

/** The longest text of a finding. */
const MOST_COLUMNS = 600;

/**
 * Checks each part of the pipeline, and shows how to fix what is wrong. It changes nothing.
 * @throws CommandFailure if there is a warning or a problem
 */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { findings, stackName } = await onStack(options, async (on) => {
    return { findings: await diagnose(on, options, timeAt(on.target)), stackName: on.stack.name };
  });
  print(options.json ? jsonLine(findingsJson(findings)) : findingsText(findings, stackName));
  const problem = problemOf(findings);
  if (problem !== undefined) throw new CommandFailure(`${problem} found`);
  if (!options.json) print('All is well.\n');
}

/** `mend` is the former name of `fix`. */
function findingsJson(findings: readonly HealthFinding[]): object {
  return {
    findings: findings.map(({ repair: _, ...finding }) => ({ ...finding, ...(finding.fix && { mend: finding.fix }) })),
  };
}

/**
 * A line for each finding, and below it the fix.
 * @param stackName names in it begin with this, and it is left out
 */
export function findingsText(findings: readonly HealthFinding[], stackName: string): string {
  const rows = findings.map(({ status, check, subject, detail }) => [
    MARKS[status],
    check,
    displayId(subject.replace(`${stackName}-`, ''), 60),
    displayId(detail, MOST_COLUMNS),
  ]);
  const lines = columns(rows).split('\n').slice(0, -1);
  return lines
    .map((line, index) => {
      const fix = findings[index]?.fix;
      return `${line}\n${fix === undefined ? '' : `  → ${displayId(fix, 2 * MOST_COLUMNS)}\n`}`;
    })
    .join('');
}
