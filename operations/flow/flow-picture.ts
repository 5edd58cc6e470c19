import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { ifFound } from '../aws/aws-failure.ts';
import { type DeployedPipe, pipesOf } from '../deployed/pipes.ts';
import { ruleConditionText } from '../deployed/rule-condition.ts';
import { listResources, type OnStack, partsOf, requireOutput } from '../deployed/stack.ts';
import { type DeployedSubscriber, findSubscribers, queueName, ruleOfArn } from '../deployed/subscribers.ts';
import { fieldsOf, parseObject } from '../messages/json-fields.ts';

/** The parts of a pipeline, by the names of their resources, and how they are connected. */
export interface FlowPicture {
  readonly table: string;
  /** Each puts one type of event on the bus. */
  readonly pipes: readonly DeployedPipe[];
  /** The dead-letter queue of the pipes. */
  readonly pipeDlq: string;
  readonly bus: string;
  readonly subscribers: readonly FlowSubscriber[];
}

export interface FlowSubscriber {
  readonly name: string;
  readonly rule: string;
  /** `missing` for a rule that was deleted. */
  readonly ruleState: 'ENABLED' | 'DISABLED' | 'missing';
  /** The types of events that its rule matches; none for a rule that matches by something else. */
  readonly takes: readonly string[];
  /** Which of them by their content, in words; empty for all. */
  readonly where: string;
  readonly queue: string;
  readonly dlq: string;
  readonly function: string;
  /** The types of events that it publishes. */
  readonly publishes: readonly string[];
  /** What else its role allows it to do, such as `s3:CreateBucket`. */
  readonly effects: readonly string[];
}

/** Actions that every subscriber has, to get its events and to report; and the one that publishes. */
const COMMON = /^(?:sqs|logs|xray):/;
const PUBLISHING = 'events:PutEvents';

/** Reads the parts of a stack: from its outputs, its template and its rules. */
export async function readPicture(on: OnStack): Promise<FlowPicture> {
  const { clients, stack } = on;
  const cloudFormation = clients.of(CloudFormationClient);
  const [{ TemplateBody = '{}' }, resources] = await Promise.all([
    cloudFormation.send(new GetTemplateCommand({ StackName: stack.name })),
    listResources(cloudFormation, stack.name),
  ]);
  const actions = actionsOfRoles(TemplateBody);
  const functions = partsOf(resources, 'AWS::Lambda::Function', 'Function');
  const subscribers = findSubscribers(stack).map(async (subscriber): Promise<FlowSubscriber> => {
    const { id, name, queueUrl, dlqUrl } = subscriber;
    const allowed = actions.get(id) ?? [];
    return {
      name,
      ...(await readRule(on, subscriber)),
      queue: queueName(queueUrl),
      dlq: queueName(dlqUrl),
      function: functions.get(id) ?? '',
      publishes: allowed.includes(PUBLISHING) ? typesFrom(name) : [],
      effects: allowed.filter((action) => action !== PUBLISHING && !COMMON.test(action)),
    };
  });
  return {
    table: requireOutput(stack, 'UsersTableName'),
    pipes: pipesOf(TemplateBody, resources),
    pipeDlq: queueName(requireOutput(stack, 'PipeDlqUrl')),
    bus: requireOutput(stack, 'EventBusName'),
    subscribers: await Promise.all(subscribers),
  };
}

async function readRule(
  { clients }: OnStack,
  { ruleArn }: DeployedSubscriber,
): Promise<Pick<FlowSubscriber, 'rule' | 'ruleState' | 'takes' | 'where'>> {
  const { bus, name: rule } = ruleOfArn(ruleArn);
  const asked = clients.of(EventBridgeClient).send(new DescribeRuleCommand({ Name: rule, EventBusName: bus }));
  const found = await ifFound(asked);
  if (found === undefined) return { rule, ruleState: 'missing', takes: [], where: '' };
  const types = parseObject(found.EventPattern ?? '')?.['detail-type'];
  const takes = Array.isArray(types) ? types.filter((type) => typeof type === 'string') : [];
  const ruleState = found.State === 'DISABLED' ? 'DISABLED' : 'ENABLED';
  return { rule, ruleState, takes, where: ruleConditionText(found.EventPattern) };
}

/** The types of events that have this source, by their contracts. */
function typesFrom(source: string): string[] {
  const types = eventContracts.filter((contract) => contract.source === source).map(({ detailType }) => detailType);
  return [...new Set(types)];
}

/**
 * The actions that a subscriber's role allows, by the subscriber's construct id. The CDK makes the logical id of a role's policy
 * of the construct's id, `RoleDefaultPolicy` and a hash.
 */
function actionsOfRoles(template: string): Map<string, string[]> {
  const resources = Object.entries(fieldsOf(parseObject(template)?.Resources));
  return new Map(
    resources.flatMap(([logicalId, resource]): [string, string[]][] => {
      const id = /^(.+)RoleDefaultPolicy[0-9A-F]{8}$/.exec(logicalId)?.[1];
      if (id === undefined) return [];
      const { Statement } = fieldsOf(fieldsOf(fieldsOf(resource).Properties).PolicyDocument);
      const actions = [Statement ?? []].flat().flatMap((statement) => fieldsOf(statement).Action ?? []);
      return [[id, [...new Set(actions.flat().map(String))].sort()]];
    }),
  );
}
