/**
 * The statement of a queue's policy that lets a rule send to the queue.
 * Source: EventBridge user guide, eb-use-resource-based.
 */
export function ruleMaySend(ruleArn: string, queueArn: string): object {
  return {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
}
