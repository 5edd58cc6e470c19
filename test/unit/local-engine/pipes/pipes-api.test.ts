import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { Pipe } from '../../../../packages/local-engine/pipes/pipe.ts';
import { pipesApi } from '../../../../packages/local-engine/pipes/pipes-api.ts';
import { settle } from '../support/parts.ts';
import { BUS_ARN, PIPE_ARN, startPipe } from '../support/pipe.ts';
import { apiRequest } from '../support/requests.ts';
import { register, STREAM_ARN } from '../support/stream.ts';

function apiOf(pipes: ReadonlyMap<string, Pipe>) {
  const api = pipesApi(pipes);
  const ask = async (method: string, target: string) => {
    const request = apiRequest(method, target);
    const { status, headers, body } = await api.handle(api.operationOf(request), request);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    return JSON.parse(String(body));
  };
  return { api, ask };
}

function runningPipe() {
  const made = startPipe();
  return { ...made, ...apiOf(new Map([[made.pipe.name, made.pipe]])) };
}

describe('DescribePipe', () => {
  test('given a pipe, the answer has its source, its target, its state, and times in seconds', async () => {
    const { ask, clock } = runningPipe();
    const described = await ask('GET', '/v1/pipes/registrations');
    expect(described).toMatchObject({
      Arn: PIPE_ARN,
      Name: 'registrations',
      Source: STREAM_ARN,
      Target: BUS_ARN,
      SourceParameters: expect.any(Object),
      TargetParameters: expect.any(Object),
      DesiredState: 'RUNNING',
      CurrentState: 'RUNNING',
    });
    expect(Math.abs(described.CreationTime - clock.now() / 1000)).toBeLessThan(60);
  });
});

describe('StopPipe and StartPipe', () => {
  test('given that it is stopped, records wait; given that it is started again, they are delivered', async () => {
    const { ask, stream, bus } = runningPipe();
    expect(await ask('POST', '/v1/pipes/registrations/stop')).toMatchObject({ DesiredState: 'STOPPED' });
    register(stream, 'a');
    await settle();
    expect(bus.requests).toEqual([]);
    const stopped = { CurrentState: 'STOPPED', StateReason: 'USER_INITIATED' };
    expect(await ask('GET', '/v1/pipes/registrations')).toMatchObject(stopped);
    expect(await ask('GET', '/v1/pipes')).toMatchObject({ Pipes: [stopped] });
    expect(await ask('POST', '/v1/pipes/registrations/start')).toMatchObject({
      Arn: PIPE_ARN,
      Name: 'registrations',
      DesiredState: 'RUNNING',
      CurrentState: 'RUNNING',
    });
    expect(await ask('GET', '/v1/pipes/registrations')).not.toHaveProperty('StateReason');
    await settle();
    expect(bus.users).toEqual([['a']]);
  });

  test('given that it is in the wanted state already, nothing changes', async () => {
    const { ask, clock } = runningPipe();
    const { LastModifiedTime } = await ask('GET', '/v1/pipes/registrations');
    clock.skip(60_000);
    expect(await ask('POST', '/v1/pipes/registrations/start')).toMatchObject({ LastModifiedTime });
    const stopped = await ask('POST', '/v1/pipes/registrations/stop');
    expect(stopped.LastModifiedTime).toBeGreaterThanOrEqual(LastModifiedTime + 60);
    clock.skip(60_000);
    expect(await ask('POST', '/v1/pipes/registrations/stop')).toEqual(stopped);
  });
});

describe('ListPipes', () => {
  /** Three pipes of these names; the second is stopped. */
  function listing() {
    const { pipe } = startPipe();
    const named = (Name: string, DesiredState: string) => {
      const described = { ...pipe.describe(), Name, DesiredState, CurrentState: DesiredState };
      return [Name, { name: Name, describe: () => described } as unknown as Pipe] as const;
    };
    const { ask } = apiOf(new Map([named('c', 'RUNNING'), named('a', 'STOPPED'), named('ab', 'RUNNING')]));
    const list = async (query: string): Promise<{ names: string[]; NextToken?: string }> => {
      const { Pipes, ...more } = await ask('GET', `/v1/pipes${query}`);
      return { names: Pipes.map(({ Name }: { Name: string }) => Name), ...more };
    };
    return { ask, list };
  }

  test.each([
    { query: '', names: ['a', 'ab', 'c'] },
    { query: '?NamePrefix=a', names: ['a', 'ab'] },
    { query: '?DesiredState=RUNNING', names: ['ab', 'c'] },
    { query: '?CurrentState=STOPPED', names: ['a'] },
    { query: `?SourcePrefix=${encodeURIComponent(STREAM_ARN)}`, names: ['a', 'ab', 'c'] },
    { query: '?TargetPrefix=arn:aws:sqs', names: [] },
  ])('given $query, it lists $names', async ({ query, names }) => {
    expect(await listing().list(query)).toEqual({ names });
  });

  test('given a pipe, it is listed in short, with source and target', async () => {
    const { Pipes } = await listing().ask('GET', '/v1/pipes?NamePrefix=ab');
    expect(Object.keys(Pipes[0]).sort()).toEqual(
      ['Arn', 'CreationTime', 'CurrentState', 'DesiredState', 'LastModifiedTime', 'Name', 'Source', 'Target'].sort(),
    );
  });

  test('given a limit, the token leads to the rest', async () => {
    const { list } = listing();
    const first = await list('?Limit=2');
    expect(first.names).toEqual(['a', 'ab']);
    expect(await list(`?Limit=2&NextToken=${first.NextToken}`)).toEqual({ names: ['c'] });
  });

  test.each(['?Limit=0', '?Limit=101', '?Limit=x', '?DesiredState=DELETED', '?NextToken=mine'])(
    'given %s, it is refused',
    async (query) => {
      await expect(listing().list(query)).rejects.toMatchObject({ code: 'ValidationException', status: 400 });
    },
  );
});

describe('what is refused', () => {
  test.each([
    { method: 'GET', target: '/v1/pipes/none' },
    { method: 'POST', target: '/v1/pipes/none/start' },
    { method: 'POST', target: '/v1/pipes/none/stop' },
  ])('given $method $target, the pipe is not found', async ({ method, target }) => {
    const { ask } = runningPipe();
    await expect(ask(method, target)).rejects.toMatchObject({ code: 'NotFoundException', status: 404 });
  });

  test('given another operation, it says that it does not have it', async () => {
    const { ask } = runningPipe();
    await expect(ask('DELETE', '/v1/pipes/registrations')).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: expect.stringContaining('DELETE /v1/pipes/registrations'),
    });
  });

  test('given an error, its answer names the code where clients look for it', () => {
    const { api } = runningPipe();
    const { status, headers, body } = api.errorOf(new AwsError('NotFoundException', 'No.', 404), {
      requestId: 'request-1',
      headers: {},
    });
    expect({ status, code: headers['x-amzn-errortype'], body }).toEqual({
      status: 404,
      code: 'NotFoundException',
      body: '{"message":"No."}',
    });
  });
});

test.each([
  { method: 'GET', target: '/v1/pipes', operation: 'ListPipes' },
  { method: 'GET', target: '/v1/pipes/a', operation: 'DescribePipe' },
  { method: 'POST', target: '/v1/pipes/a/start', operation: 'StartPipe' },
  { method: 'POST', target: '/v1/pipes/a/stop', operation: 'StopPipe' },
])('given $method $target, the operation is $operation', ({ method, target, operation }) => {
  expect(pipesApi(new Map()).operationOf(apiRequest(method, target))).toBe(operation);
});
