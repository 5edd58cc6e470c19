import { Aws } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { type AlarmGuide, alarmDescription } from '../../services/shared/alarm-guide.ts';
import { PIPE_FAILURES } from './stream-pipe.ts';
import type { Subscriber } from './subscriber.ts';

/** Entries of the runbook, by what has happened. */
const ENTRIES = {
  subscriberBroken: '3-a-subscriber-was-broken-for-an-hour',
  pipeRefused: '12-the-bus-refuses-the-events-of-the-pipe',
  eventsWait: '13-events-wait-too-long',
} as const;

/**
 * Ends the description of every alarm in a stack with the command that shows more, and with the entry of the runbook. The constructs
 * themselves do not: in another stack, neither of them fits. Made last, because it needs every alarm.
 * @throws Error for an alarm without a guide
 */
export function guideAlarms(stack: IConstruct, subscribers: readonly Subscriber[]): void {
  for (const alarm of stack.node.findAll().filter((construct) => construct instanceof Alarm)) {
    const resource = alarm.node.defaultChild as CfnAlarm;
    const guide = guideOf(alarm, subscribers);
    if (guide === undefined) {
      throw new Error(`The alarm ${alarm.node.path} has no guide: say in alarm-guides.ts what to do when it goes off.`);
    }
    resource.alarmDescription = alarmDescription(
      { problem: resource.alarmDescription ?? alarm.node.id, ...guide },
      Aws.STACK_NAME,
    );
  }
}

function guideOf({ node }: Alarm, subscribers: readonly Subscriber[]): Omit<AlarmGuide, 'problem'> | undefined {
  const subscriber = subscribers.find((each) => node.scopes.includes(each));
  if (Object.hasOwn(PIPE_FAILURES, node.id)) return { command: 'doctor', entry: ENTRIES.pipeRefused };
  switch (node.id) {
    case 'NotEmpty':
      if (subscriber === undefined) return { command: 'dlq show --pipe', entry: ENTRIES.pipeRefused };
      return { command: `dlq show --subscriber ${subscriber.serviceName}`, entry: ENTRIES.subscriberBroken };
    case 'Errors':
    case 'EventsLost':
      return { command: 'doctor', entry: ENTRIES.subscriberBroken };
    case 'Backlog':
    case 'Throttles':
      return { command: 'doctor', entry: ENTRIES.eventsWait };
    case 'Missed':
      return { command: 'metrics --since 1h', entry: ENTRIES.eventsWait };
    default:
      return undefined;
  }
}
