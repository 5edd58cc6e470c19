import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { AwsClients, type ClientSettings } from '../../../../operations/aws/aws-clients.ts';
import { timeAt } from '../../../../operations/aws/pipeline-time.ts';
import { credentialScope } from '../../../../packages/local-engine/gateway/exchange.ts';

/** What clients were made of, in the order of their making, and which were closed. */
const made: FakeClient[] = [];

class FakeClient {
  readonly settings: ClientSettings;
  readonly config = { region: async () => 'eu-west-1' };
  readonly middlewareStack = { remove: () => true, add: () => {} };
  isClosed = false;
  constructor(settings: ClientSettings) {
    this.settings = settings;
    made.push(this);
  }
  destroy(): void {
    this.isClosed = true;
  }
}
class Sqs extends FakeClient {}
class Events extends FakeClient {}
class EventBridgeClient extends FakeClient {}

const TIMEOUT = { requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true } };

const NOW = Date.parse('2026-11-29T06:00:00Z');
const HOUR_MS = 3_600_000;

afterEach(() => {
  jest.restoreAllMocks();
});

const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1' };

describe('clients', () => {
  test('leave out steps of a call that take long and serve nothing here, and note the time of answers', () => {
    const steps = (client: SQSClient) => client.middlewareStack.identify().map((step) => step.split(' ')[0]);
    expect(new AwsClients(LOCAL).of(SQSClient).middlewareStack.identify()).toContain('notePipelineTime - deserialize');
    const own = ['notePipelineTime', 'requireRegion'];
    const stepsOf = (client: SQSClient) => steps(client).filter((step) => !own.includes(String(step)));
    const usual = stepsOf(new SQSClient(LOCAL));
    const without = (...steps: string[]) => usual.filter((step) => step === undefined || !steps.includes(step));
    expect(stepsOf(new AwsClients({ stackName: 'mine' }).of(SQSClient))).toEqual(without('loggerMiddleware'));
    const local = without('loggerMiddleware', 'getUserAgentMiddleware');
    expect(stepsOf(new AwsClients(LOCAL).of(SQSClient))).toEqual(local);
    expect(usual).toHaveLength(local.length + 2);
  });

  test.each(['ap-northeast1', 'tokyo', 'EU-WEST-1', 'eu-west-1a', '1eu-west-1'])(
    'on AWS refuse %s at once, which no Region is',
    async (region) => {
      const client = new AwsClients({ stackName: 'mine' }).of(SQSClient, region);
      await expect(client.send(new ListQueuesCommand())).rejects.toThrow(
        `${region} is no AWS Region; set AWS_REGION, or a`,
      );
      client.destroy();
    },
  );

  test.each([
    'eu-west-1',
    'us-gov-west-1',
    'us-iso-east-1',
    'eusc-de-east-1',
    'cn-north-1',
    'zz-newarea-3',
    'eu-west-12',
  ])('on AWS do not refuse %s, which is a Region or may become one', async (region) => {
    const client = new AwsClients({ stackName: 'mine' }).of(SQSClient, region);
    const isCalled = new Error('called');
    client.middlewareStack.add(() => async () => Promise.reject(isCalled), { step: 'initialize', priority: 'low' });
    await expect(client.send(new ListQueuesCommand())).rejects.toBe(isCalled);
    client.destroy();
  });

  test.each(['eu-west-1', 'us-east-1'])('tell the local engine who calls which service in %s', async (region) => {
    const { signerConstructor: LocalSigner } = new AwsClients(LOCAL).of(Sqs).settings;
    if (LocalSigner === undefined) throw new Error('The SDK would sign.');
    const { headers } = await new LocalSigner({ region, service: 'sqs' }).sign({ headers: {} });
    expect(credentialScope({ headers })).toEqual({ accessKeyId: 'local', region, service: 'sqs' });
  });

  test.each<[number, string, Readonly<Record<string, string>> | undefined, number]>([
    [46_001, 'is ahead', { 'x-local-engine-time': String(NOW + HOUR_MS) }, NOW + HOUR_MS],
    [46_002, 'says no time', {}, NOW],
    [46_003, 'has no headers', undefined, NOW],
  ])('note the time of the engine at %i whose answer %s, in any Region', async (port, _case, headers, time) => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
    const target = { endpoint: `http://127.0.0.1:${port}`, region: 'here' };
    const client = new AwsClients(target).of(SQSClient);
    const steps: string[] = [];
    client.middlewareStack.add(
      () => async () => {
        steps.push(`answered at ${timeAt(target)}`);
        return { response: { headers }, output: { $metadata: {} } };
      },
      { step: 'deserialize', priority: 'low' },
    );
    client.middlewareStack.remove('deserializerMiddleware');
    await client.send(new ListQueuesCommand());
    expect([...steps, timeAt(target)]).toEqual([`answered at ${NOW}`, time]);
    client.destroy();
  });

  test('of the local engine go there, with credentials that belong to no account', () => {
    expect(new AwsClients(LOCAL).of(Sqs).settings).toEqual({
      ...LOCAL,
      ...TIMEOUT,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      signerConstructor: expect.any(Function),
    });
  });

  test('on AWS leave Region and credentials to the SDK, and are patient', () => {
    expect(new AwsClients({ stackName: 'mine' }).of(Sqs).settings).toEqual({ maxAttempts: 10, ...TIMEOUT });
  });

  test('of EventBridge soon tell that a limit is reached', () => {
    expect(new AwsClients({ stackName: 'mine' }).of(EventBridgeClient).settings).toMatchObject({ maxAttempts: 3 });
  });

  test('are made when first asked for, and once for each service and Region', () => {
    const clients = new AwsClients({ stackName: 'mine' });
    made.length = 0;
    const sqs = clients.of(Sqs);
    expect(clients.of(Sqs)).toBe(sqs);
    expect(clients.of(Events)).not.toBe(sqs);
    const elsewhere = clients.of(Sqs, 'us-east-1');
    expect(elsewhere).not.toBe(sqs);
    expect(clients.of(Sqs, 'us-east-1')).toBe(elsewhere);
    expect(elsewhere.settings).toMatchObject({ region: 'us-east-1' });
    expect(clients.of(Sqs, 'us-east-2').settings).toMatchObject({ region: 'us-east-2' });
    expect(made).toHaveLength(4);
  });

  test('are closed together', () => {
    const clients = new AwsClients(LOCAL);
    const all = [clients.of(Sqs), clients.of(Events)];
    clients.destroy();
    expect(all.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
