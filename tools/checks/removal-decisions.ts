import type { TemplateResource } from '../stage-template.ts';

/** What should happen to resources of a type when the stack no longer has them. */
export interface RemovalDecision {
  /** The data in it that cannot be made again; without it the type is stateless. */
  readonly holds?: string;
  /** For a type that holds something, whether a stage that retains its data keeps this one too. @default true */
  readonly isKept?: (resource: TemplateResource) => boolean;
  /** For a stateless type, or one that is not always kept: why nothing is lost. */
  readonly because?: string;
}

const ANOTHER_IS_AS_GOOD = 'the next deployment makes an equal one';

/** Every type of resource that a stack of this project has. A type that is not listed has no decision yet. */
export const REMOVAL_DECISIONS: Readonly<Record<string, RemovalDecision>> = {
  'AWS::DynamoDB::Table': { holds: 'every row of the users table, and the stream of its last 24 hours' },
  'AWS::Events::Archive': { holds: 'every event that can be replayed' },
  'AWS::Events::EventBus': {
    holds: 'the archive, which can be replayed into no other bus, and the rules of other stacks',
  },
  'AWS::Logs::LogGroup': { holds: 'everything that was logged' },
  'AWS::SQS::Queue': {
    holds: 'events that wait or have failed',
    isKept: (queue) => isDeadLetterQueue(queue),
    because: 'what waits in a queue with a redrive policy is in the archive too, and is replayed from there',
  },
  'AWS::CloudWatch::Alarm': { because: ANOTHER_IS_AS_GOOD },
  'AWS::CloudWatch::Dashboard': { because: `${ANOTHER_IS_AS_GOOD}; metrics are not in it` },
  'AWS::EventSchemas::Registry': { because: `${ANOTHER_IS_AS_GOOD}, from schemas/` },
  'AWS::EventSchemas::Schema': { because: `${ANOTHER_IS_AS_GOOD}, from schemas/` },
  'AWS::Events::EventBusPolicy': { because: ANOTHER_IS_AS_GOOD },
  'AWS::Events::Rule': { because: `${ANOTHER_IS_AS_GOOD}; events that it missed are in the archive` },
  'AWS::IAM::Policy': { because: ANOTHER_IS_AS_GOOD },
  'AWS::IAM::Role': { because: ANOTHER_IS_AS_GOOD },
  'AWS::Lambda::EventSourceMapping': {
    because: `${ANOTHER_IS_AS_GOOD}; events that it has not taken stay in the queue`,
  },
  'AWS::Lambda::Function': { because: ANOTHER_IS_AS_GOOD },
  'AWS::Pipes::Pipe': { because: 'another reads the stream from its beginning, and what it repeats changes nothing' },
  'AWS::SNS::Subscription': { because: 'the owner of the address confirms a new one' },
  'AWS::SNS::Topic': { because: `${ANOTHER_IS_AS_GOOD}; it stores no messages` },
  'AWS::SNS::TopicPolicy': { because: ANOTHER_IS_AS_GOOD },
  'AWS::SQS::QueuePolicy': { because: ANOTHER_IS_AS_GOOD },
  'AWS::SSM::Parameter': { because: 'the next deployment makes it again, with the same name and value' },
};

/** Whether a policy leaves the resource in the account. */
export function keeps(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

/** Only what is at the end of the line has nowhere to send its own failures. */
function isDeadLetterQueue({ Properties = {} }: TemplateResource): boolean {
  return Properties.RedrivePolicy === undefined;
}
