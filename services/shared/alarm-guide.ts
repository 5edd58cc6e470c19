/** What an alarm says to people: what happened, and what to do. The stack writes it as the alarm's description. */
export interface AlarmGuide {
  /** Such as `uri-recorder: the dead-letter queue holds messages`. */
  readonly problem: string;
  /** Words of a command that shows more, such as `dlq list`. */
  readonly command: string;
  /** The entry of the runbook, such as `3-a-subscriber-was-broken-for-an-hour`. */
  readonly entry: string;
}

/** The page with what to do. */
export const RUNBOOK = 'docs/runbook.md';

/** A description that ends with the command and the entry. */
export function alarmDescription({ problem, command, entry }: AlarmGuide, stackName: string): string {
  return `${problem}. Run: npx pipeline ${command} --stack ${stackName}. Runbook: ${RUNBOOK}#${entry}`;
}

/** Reads {@link alarmDescription}; of another description all is the problem. */
export function readAlarmDescription(description: string): Pick<AlarmGuide, 'problem'> & Partial<AlarmGuide> {
  const parts = /^(.+?)\. Run: npx pipeline (.+) --stack \S+\. Runbook: docs\/runbook\.md#(\S+)$/s.exec(description);
  const [, problem = description, command, entry] = parts ?? [];
  return { problem, ...(command !== undefined && { command }), ...(entry !== undefined && { entry }) };
}
