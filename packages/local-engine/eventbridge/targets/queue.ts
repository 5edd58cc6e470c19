import type { Account } from '../../core/account.ts';
import { AwsError } from '../../core/aws-error.ts';
import { isThrottling } from '../../core/retry.ts';
import type { Access } from '../../iam/access.ts';
import type { Queues, TextAttributes } from '../../sqs/index.ts';
import type { DeliveryFailure, TargetDelivery, TargetKind } from './target.ts';

interface QueueServices {
  readonly account: Account;
  readonly queues: Queues;
  /** Judges, by the queue's policies, what rules send. */
  readonly access: Pick<Access, 'findServiceDenial'>;
}

/** The body of the message is the event itself. */
export const queueTarget: TargetKind<QueueServices> = {
  name: 'SQS queues',
  hasArn: (arn) => arn.split(':')[2] === 'sqs',
  deliver: (services, delivery, taken) => sendToQueue(services, delivery, { queueArn: delivery.target.arn, taken }),
};

/** Sends an event as the rule to a queue: a target, or a dead-letter queue. Returns why it failed, if it did. */
export async function sendToQueue(
  { queues, access, account }: QueueServices,
  { ruleArn, body, traceHeader, eventId }: TargetDelivery,
  { queueArn, attributes = {}, taken }: { queueArn: string; attributes?: TextAttributes; taken: () => void },
): Promise<DeliveryFailure | undefined> {
  if (queues.find(queueArn) === undefined) {
    return { code: 'NO_RESOURCE', message: `The specified queue does not exist: ${queueArn}`, isFinal: true };
  }
  const context = () => ({ 'aws:sourcearn': ruleArn, 'aws:sourceaccount': account.id });
  const required = [{ action: 'sqs:SendMessage', resource: queueArn, context }];
  const denial = access.findServiceDenial('events.amazonaws.com', required);
  if (denial !== undefined) {
    return { code: 'NO_PERMISSIONS', message: `${denial.message} (for ${ruleArn})`, isFinal: true };
  }
  try {
    await queues.send(queueArn, body, attributes, {
      taken,
      eventId,
      ...(traceHeader !== undefined && { traceHeader }),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = isThrottling(error) ? 'THROTTLING' : 'ERROR_FROM_TARGET';
    return { code, message: `${error.code}: ${error.message}`, isFinal: false };
  }
}
