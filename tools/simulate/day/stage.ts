import { ruleOfArn, subscriberName } from '../../../operations/deployed/subscribers.ts';
import type { DirectRequest, Engine } from '../../../packages/local-engine/index.ts';

/** Personal data of a row: the pipeline never reads it. */
export const PERSONAL = 'personal-data-of-';

/** Writes a row as a sign-up service would. */
export async function register(engine: Engine, userId: string, registered: Set<string>): Promise<void> {
  const item = { userId: { S: userId }, email: { S: `${PERSONAL}${registered.size}@example.com` } };
  const { status } = await engine.exchange(dynamodbCall('PutItem', { TableName: usersTable(engine), Item: item }));
  if (status === 200) registered.add(userId);
}

/** @throws Error for a stack without users table */
export function usersTable({ stacks }: Engine): string {
  const table = stacks.flatMap(({ outputs }) => outputs).find(({ key }) => key === 'UsersTableName');
  if (table === undefined) throw new Error('The stack names no users table.');
  return table.value;
}

/** A call as a client of operators or of the sign-up service would send it. The engine reads signatures and does not verify them. */
function callOf(service: string, target: string, input: object): DirectRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260801/ap-northeast-1/${service}/aws4_request, Signature=0`;
  return {
    method: 'POST',
    target: '/',
    headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0', authorization },
    body: Buffer.from(JSON.stringify(input)),
  };
}

/** A call of a service in AWS's REST JSON protocol. @param target method and path, such as `POST /v1/pipes/NAME/stop` */
function restCallOf(service: string, target: string): DirectRequest {
  const [method = '', path = ''] = target.split(' ');
  return { ...callOf(service, '', {}), method, target: path, body: Buffer.alloc(0) };
}

/** Stops or starts the pipe of registrations, as operators do. @throws Error when AWS refuses it */
export async function commandPipe(engine: Engine, command: 'stop' | 'start'): Promise<void> {
  const [pipe] = engine.services.pipes.keys();
  const { status, body } = await engine.exchange(restCallOf('pipes', `POST /v1/pipes/${pipe}/${command}`));
  if (status !== 200) throw new Error(`The pipe did not ${command}: ${body}`);
}

export function dynamodbCall(operation: string, input: object): DirectRequest {
  return callOf('dynamodb', `DynamoDB_20120810.${operation}`, input);
}

/** A subscriber's two queues. */
export interface SubscriberQueues {
  /** Such as `bucket-service`. */
  readonly subscriber: string;
  /** Of the rule that sends to it. */
  readonly ruleName: string;
  readonly waiting: Queue;
  readonly dead: Queue;
}

/** The function of a service. @throws Error if there is none */
export function functionOf({ services }: Engine, service: string): LambdaFunction {
  const name = service.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
  const found = [...services.functions.values()].find((fn) => fn.name.includes(name));
  if (found === undefined) throw new Error(`The stack has no function of ${service}.`);
  return found;
}

type LambdaFunction = Engine['services']['functions'] extends ReadonlyMap<string, infer F> ? F : never;

type Queue = NonNullable<ReturnType<Engine['services']['queues']['at']>>;

/** The queues of every subscriber, by the outputs of the stack. */
export function subscriberQueues({ services, stacks }: Engine): SubscriberQueues[] {
  const outputs = new Map(stacks.flatMap((stack) => stack.outputs).map(({ key, value }) => [key, value]));
  const at = (key: string) => services.queues.at(outputs.get(key) ?? '');
  return [...outputs.keys()].flatMap((key) => {
    const name = /^(.+)QueueUrl$/.exec(key)?.[1];
    const [waiting, dead] = [at(`${name}QueueUrl`), at(`${name}DlqUrl`)];
    if (name === undefined || waiting === undefined || dead === undefined) return [];
    const ruleName = ruleOfArn(outputs.get(`${name}RuleArn`) ?? '').name;
    return [{ subscriber: subscriberName(name), ruleName, waiting, dead }];
  });
}

/**
 * Moves every dead letter back to its subscriber, by SQS's own redrive.
 * @throws Error when SQS refuses it
 */
export async function redrive(engine: Engine): Promise<void> {
  for (const { waiting, dead } of subscriberQueues(engine)) {
    const move = { SourceArn: dead.arn, DestinationArn: waiting.arn };
    const { status, body } = await engine.exchange(callOf('sqs', 'AmazonSQS.StartMessageMoveTask', move));
    if (status !== 200) throw new Error(`SQS refused the redrive: ${body}`);
  }
}
