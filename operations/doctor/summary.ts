import { count } from '../messages/display.ts';
import type { HealthFinding, HealthStatus } from './check.ts';

/** What one check found. */
export interface HealthCheck {
  readonly name: string;
  /** The worst of its findings. */
  readonly status: HealthStatus;
  readonly findings: readonly HealthFinding[];
}

/** The worst first. */
const PLACES: Readonly<Record<HealthStatus, number>> = { problem: 0, warning: 1, ok: 2 };

/** Findings by their check, in the order in which they came; those that need attention first in each. */
export function groupByCheck(findings: readonly HealthFinding[]): HealthCheck[] {
  return [...Map.groupBy(findings, ({ check }) => check)].map(([name, members]) => {
    const status = (['problem', 'warning'] as const).find((each) => members.some((found) => found.status === each));
    const sorted = members.toSorted((a, b) => PLACES[a.status] - PLACES[b.status]);
    return { name, status: status ?? 'ok', findings: sorted };
  });
}

/** The number of problems and warnings; undefined if there are none. */
export function problemOf(findings: readonly HealthFinding[]): string | undefined {
  const numberOf = (wanted: HealthStatus) => findings.filter(({ status }) => status === wanted).length;
  const [problems, warnings] = [numberOf('problem'), numberOf('warning')];
  const texts = [
    ...(problems > 0 ? [count(problems, 'problem')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return texts.length === 0 ? undefined : texts.join(' and ');
}
