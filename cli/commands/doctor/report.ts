import type { Finding, Status } from '../../../operations/doctor/finding.ts';
import { count, displayId } from '../../../operations/messages/display.ts';
import { columns } from '../../output/output.ts';

const MARKS: Readonly<Record<Status, string>> = { ok: '✔', warning: '!', problem: '✖' };

/** The longest text of a finding. */
const MOST_COLUMNS = 600;

/**
 * A line for each finding, and below it what mends it.
 * @param stackName which names in it begin with, and a reader knows
 */
export function findingsText(findings: readonly Finding[], stackName: string): string {
  const rows = findings.map(({ status, check, subject, detail }) => [
    MARKS[status],
    check,
    displayId(subject.replace(`${stackName}-`, ''), 60),
    displayId(detail, MOST_COLUMNS),
  ]);
  const lines = columns(rows).split('\n').slice(0, -1);
  return lines
    .map((line, index) => {
      const mend = findings[index]?.mend;
      return `${line}\n${mend === undefined ? '' : `  → ${displayId(mend, 2 * MOST_COLUMNS)}\n`}`;
    })
    .join('');
}

/** What is not well, in one line; undefined if all is. */
export function problemOf(findings: readonly Finding[]): string | undefined {
  const numberOf = (wanted: Status) => findings.filter(({ status }) => status === wanted).length;
  const [problems, warnings] = [numberOf('problem'), numberOf('warning')];
  const told = [
    ...(problems > 0 ? [count(problems, 'problem')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return told.length === 0 ? undefined : told.join(' and ');
}
