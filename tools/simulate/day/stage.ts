import { ruleOfArn, subscriberName } from '../../../operations/deployed/subscribers.ts';
import type { DirectRequest, Engine } from '../../../packages/local-engine/index.ts';
import type { World } from '../world/world.ts';

export function usersTable(engine: Engine): string {
  return outputOf(engine, 'UsersTableName');
}

/** @throws Error for a stack without it */
export function outputOf({ stacks }: Engine, key: string): string {
  const output = stacks.flatMap(({ outputs }) => outputs).find((each) => each.key === key);
  if (output === undefined) throw new Error(`The stack has no output ${key}.`);
  return output.value;
}

/** A call as a client of operators or of the sign-up service would send it. The engine reads signatures and does not verify them. */
export function callOf(service: string, target: string, input: object): DirectRequest {
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

/** Stops or starts a pipe, as operators do. @throws Error when AWS refuses it */
export async function commandPipe(
  day: Asked,
  pipe: 'registrations' | 'deletions',
  command: 'stop' | 'start',
): Promise<void> {
  const name = outputOf(day.engine, pipe === 'deletions' ? 'DeletionPipeName' : 'PipeName');
  await ask(day, restCallOf('pipes', `POST /v1/pipes/${name}/${command}`));
}

/** Whom operators ask: the engine that runs now. */
interface Asked {
  readonly engine: Engine;
  readonly world: World;
}

/** The last call of each day's operator. */
const asked = new WeakMap<Asked, Promise<void>>();

/**
 * Makes an operator's call when the one before it is answered: what is taken away while no engine runs is given back after that.
 * @throws Error for a call that is refused
 */
function ask(day: Asked, request: DirectRequest): Promise<void> {
  const answered = (asked.get(day) ?? Promise.resolve()).then(() => askUntilAnswered(day, request));
  asked.set(day, answered);
  return answered;
}

async function askUntilAnswered(day: Asked, request: DirectRequest): Promise<void> {
  for (;;) {
    const { status, body } = await day.engine.exchange(request);
    if (status === 200) return;
    if (status !== 503) throw new Error(`An operator's call was refused: ${body}`);
    await day.world.pass(1000);
  }
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

/** The name of the role of a service, or of the pipe. @throws Error if there is none */
export function roleOf(engine: Engine, who: string): string {
  const { pipes, roles } = engine.services;
  const [pipe] = pipes.values();
  const { RoleArn } = { RoleArn: '', ...pipe?.describe() };
  const arn = who === 'pipe' ? RoleArn : functionOf(engine, who).roleArn;
  const role = roles.find(arn);
  if (role === undefined) throw new Error(`The stack has no role ${arn}.`);
  return role.name;
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

/** Replaces the policy of a queue. @param policy an empty text for none @throws Error when SQS refuses it */
export async function setQueuePolicy(day: Asked, QueueUrl: string, policy: string): Promise<void> {
  await ask(day, callOf('sqs', 'AmazonSQS.SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } }));
}
