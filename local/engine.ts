import { type Account, localAccount } from './account.ts';
import { readAssembly } from './assembly.ts';
import { AwsError } from './aws-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { CloudFormation } from './cloudformation.ts';
import { DynamoDb } from './dynamodb.ts';
import { EventBridge } from './event-bridge.ts';
import { Faults } from './faults.ts';
import { type AroundCall, Gateway, type ServiceApi } from './gateway.ts';
import { type ApiRequest, jsonResponse } from './http.ts';
import { Journal } from './journal.ts';
import { Queues } from './queues.ts';
import { RuleDelivery } from './rule-delivery.ts';
import { S3 } from './s3.ts';
import { operationOf as s3Operation } from './s3-request.ts';
import type { Services } from './services.ts';
import { queryAction, Sqs } from './sqs.ts';
import { type DeployedStack, deployStack } from './stack.ts';
import { answerSts } from './sts.ts';

export interface EngineOptions {
  /** The cloud assembly to run: the folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** 0 takes any free port. @default 4566 */
  readonly port?: number;
  /** @default 'ap-northeast-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly accountId?: string;
  /** @default the machine's time */
  readonly clock?: Clock;
}

export const DEFAULT_PORT = 4566;
export const DEFAULT_REGION = 'ap-northeast-1';
const DEFAULT_ACCOUNT_ID = '123456789012';

/** A running engine. */
export interface Engine {
  /** Where AWS clients find it, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly account: Account;
  readonly stacks: readonly DeployedStack[];
  readonly journal: Journal;
  readonly faults: Faults;
  readonly services: Services;
  stop(): Promise<void>;
}

/**
 * Runs a synthesized assembly on this machine, behind one endpoint on 127.0.0.1.
 * @throws TemplateError for what it does not know, Error for a port in use or a folder that is no assembly
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock = systemClock, port = DEFAULT_PORT, region = DEFAULT_REGION, accountId = DEFAULT_ACCOUNT_ID } = options;
  const assembled = await readAssembly(options.assembly);
  const gateway = new Gateway();
  const endpoint = await gateway.listen(port);
  const account = localAccount(region, accountId);
  const services = createServices(account, endpoint, clock);
  const s3 = new S3({ account, sqsStore: services.queues.store });
  const stop = async () => {
    for (const pipe of services.pipes.values()) pipe.stop();
    for (const mapping of services.mappings.values()) mapping.stop();
    services.delivery.stop();
    await gateway.close();
    services.queues.close();
    await Promise.all([...services.functions.values()].map((fn) => fn.kill()));
    await Promise.all([s3.close(), services.dynamodb.close()]);
  };
  try {
    const stacks: DeployedStack[] = [];
    for (const stack of assembled) stacks.push(await deployStack(stack, services));
    for (const fn of services.functions.values()) fn.warmUp();
    for (const mapping of services.mappings.values()) mapping.start();
    for (const pipe of services.pipes.values()) pipe.start();
    const { journal, faults } = services;
    const greeting = `user-bucket-pipeline, local engine: ${stacks.map(({ name }) => name).join(', ')} in ${region}\n`;
    gateway.open(serviceApis(services, s3, stacks), aroundCalls(services), greeting);
    return { endpoint, account, stacks, journal, faults, services, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createServices(account: Account, endpoint: string, clock: Clock): Services {
  const journal = new Journal(clock);
  const faults = new Faults(journal);
  const queues = new Queues({ clock, journal, faults });
  const queuePolicies: Services['queuePolicies'] = new Map();
  const policiesOf = (arn: string) => queuePolicies.get(arn) ?? [];
  const delivery = new RuleDelivery({ account, queues, policiesOf, clock, journal });
  return {
    account,
    clock,
    journal,
    faults,
    endpoint,
    dynamodb: new DynamoDb(account),
    streams: new Map(),
    queues,
    queuePolicies,
    delivery,
    events: new EventBridge({ account, clock, journal, delivery }),
    functions: new Map(),
    mappings: new Map(),
    pipes: new Map(),
  };
}

/** Every call runs under the faults armed for it, and leaves its outcome in the journal. */
function aroundCalls({ journal, faults }: Services): AroundCall {
  return async ({ service, operation, accessKeyId, requestId }, run) => {
    const note = (outcome: Readonly<Record<string, unknown>>) =>
      journal.write('api-call', { service, operation, accessKeyId, requestId, ...outcome });
    try {
      const response = await faults.around(`${service}:${operation}`, run);
      note({ status: response.status });
      return response;
    } catch (error) {
      const { code = 'InternalFailure', status = 500, message } = error as Partial<AwsError> & Error;
      note({ status, code, message });
      throw error;
    }
  };
}

/** By the service name that signatures carry. */
function serviceApis(services: Services, s3: S3, stacks: readonly DeployedStack[]): ReadonlyMap<string, ServiceApi> {
  const { dynamodb, events, queues, account } = services;
  const sqs = new Sqs({
    account,
    urlOf: (name) => queues.store.getQueueByName(name)?.url,
    forward: (request) => s3.forward(request),
  });
  const cloudformation = new CloudFormation(stacks);
  return new Map<string, ServiceApi>([
    ['dynamodb', jsonService((operation, body) => dynamodb.handle(operation, body))],
    ['events', jsonService((operation, body) => events.handle(operation, body))],
    ['s3', { operationOf: s3Operation, handle: (_operation, request) => s3.handle(request) }],
    [
      'sqs',
      {
        operationOf: (request) => targetOperation(request) || queryAction(request),
        handle: (operation, request) => sqs.handle(operation, request),
      },
    ],
    [
      'cloudformation',
      {
        operationOf: queryAction,
        handle: async (_operation, { body }) => cloudformation.handle(new URLSearchParams(body.toString())),
      },
    ],
    ['sts', { operationOf: queryAction, handle: async (operation) => answerSts(operation, account) }],
  ]);
}

function jsonService(handle: (operation: string, body: Record<string, unknown>) => Promise<object>): ServiceApi {
  return {
    operationOf: targetOperation,
    handle: async (operation, { body }) => jsonResponse(await handle(operation, parseBody(body))),
  };
}

function parseBody(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch (error) {
    throw new AwsError('SerializationException', `The request is not JSON: ${(error as Error).message}`);
  }
}

/** `X-Amz-Target: DynamoDB_20120810.PutItem` names PutItem. */
function targetOperation({ headers }: ApiRequest): string {
  return (
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? ''
  );
}
