import { describe, expect, test } from '@jest/globals';
import { AwsClients, type ClientSettings } from '../../../../operations/aws/aws-clients.ts';

/** What clients were made of, in the order of their making, and which were closed. */
const made: FakeClient[] = [];

class FakeClient {
  readonly settings: ClientSettings;
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

const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1' };

describe('clients', () => {
  test('of the local engine go there, with credentials that belong to no account', () => {
    expect(new AwsClients(LOCAL).of(Sqs).settings).toEqual({
      ...LOCAL,
      ...TIMEOUT,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
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
    expect(made).toHaveLength(3);
  });

  test('are closed together', () => {
    const clients = new AwsClients(LOCAL);
    const all = [clients.of(Sqs), clients.of(Events)];
    clients.destroy();
    expect(all.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});
