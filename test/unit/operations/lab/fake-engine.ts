import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OnStack } from '../../../../operations/deployed/stack.ts';
import { FakeAws } from '../aws/fake-aws.ts';

/** A request to the control API of the lab. */
interface LabRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const FUNCTIONS = { BucketService: 'app-bucket-function', UriRecorder: 'app-uri-function' };

/** A fault as the engine has it, that strikes the next call. */
export const FAULT = {
  id: 1,
  operation: 's3:CreateBucket',
  effect: 'error',
  code: 'SlowDown',
  when: 'before',
  nth: 1,
  times: 1,
  callsBefore: 0,
  strikesLeft: 1,
};

/**
 * The control API of a local engine that answers as the test says, and a stack with two subscribers.
 * @param answer what a request is answered with. @default - the state, without faults
 */
export async function fakeEngine(
  answer: (request: LabRequest) => object = () => ({ functions: [], faults: [] }),
  answers: ConstructorParameters<typeof FakeAws>[0] = {},
) {
  const requests: LabRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const text = await incoming.toArray().then((parts) => Buffer.concat(parts).toString());
    const { method = '', url = '' } = incoming;
    const path = url.replace('/_local-engine/lab/v1', '');
    const request = { method, path, ...(text !== '' && { body: JSON.parse(text) }) };
    requests.push(request);
    outgoing.end(JSON.stringify(answer(request)));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const aws = new FakeAws({
    ListStackResources: () => ({
      StackResourceSummaries: Object.entries(FUNCTIONS).map(([id, PhysicalResourceId]) => ({
        LogicalResourceId: `${id}Function0A1B2C3D`,
        PhysicalResourceId,
        ResourceType: 'AWS::Lambda::Function',
      })),
    }),
    ...answers,
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const on: OnStack = {
    clients: aws.clients,
    target: { endpoint, region: 'eu-west-1' },
    stack: { name: 'app', outputs: { PipeName: 'pipe' } },
  };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  };
  return { on, aws, requests, [Symbol.asyncDispose]: close };
}

/** A stack on AWS, where there is no lab: no call is expected. */
export const ON_AWS: OnStack = {
  clients: new FakeAws({}).clients,
  target: { stackName: 'app' },
  stack: { name: 'app', outputs: {} },
};
