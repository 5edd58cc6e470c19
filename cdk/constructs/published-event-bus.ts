import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/** Name of the SSM parameter by which a stage publishes the ARN of its bus. */
export function eventBusParameterName(stage: string): string {
  return `/user-bucket-pipeline/${stage}/event-bus-arn`;
}

/**
 * The bus of a deployed stage, for stacks of the same account and Region that subscribe to it. CloudFormation looks the
 * parameter up at each deployment: no stack holds on to another, and synthesis asks nobody.
 *
 * @param stage such as `dev`
 */
export function importEventBus(scope: Construct, id: string, stage: string): IEventBus {
  const arn = StringParameter.valueForStringParameter(scope, eventBusParameterName(stage));
  return EventBus.fromEventBusArn(scope, id, arn);
}
