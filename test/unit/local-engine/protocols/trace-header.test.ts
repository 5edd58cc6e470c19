import { describe, expect, test } from '@jest/globals';
import { requestIdOf, traceHeaderOf } from '../../../../packages/local-engine/protocols/http.ts';
import { ACCOUNT, settle } from '../support/parts.ts';
import { queueArn } from '../support/queues.ts';
import { bus, makeStacks, pipe, policy, queue, rule, table } from '../support/stack.ts';

const REQUEST_ID = '6f5c1a52-8f5e-4b67-9a55-2d1c8e4f7b90';
const ROOT = 'Root=1-6f5c1a52-8f5e4b679a552d1c8e4f7b90';

test('the trace of an invocation has the form of X-Ray, and leads back to the invocation', () => {
  expect(traceHeaderOf(REQUEST_ID)).toBe(`${ROOT};Sampled=0`);
  expect(requestIdOf(traceHeaderOf(REQUEST_ID))).toBe(REQUEST_ID);
});

test.each([
  ['with a parent', `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`, REQUEST_ID],
  ['behind another field', `Sampled=1;${ROOT}`, REQUEST_ID],
  ['of another form', 'Root=1-2-3', undefined],
  ['that is longer than one', `${ROOT}00`, undefined],
  ['that is empty', '', undefined],
  ['that came twice', [ROOT, ROOT], undefined],
  ['that is missing', undefined, undefined],
])('given a header %s', (_, header, requestId) => {
  expect(requestIdOf(header)).toBe(requestId);
});

describe('the trace of an event', () => {
  async function makeBus() {
    const { services, update } = makeStacks();
    const Rule = rule({ EventPattern: { account: [ACCOUNT.id] } });
    await update({ Table: table, Bus: bus, Pipe: pipe, Queue: queue('work'), Policy: policy(), Rule });
    const traces = async () => {
      await settle();
      return services.queues.find(queueArn('work'))?.messages.map(({ traceHeader }) => traceHeader);
    };
    return { services, traces };
  }
  const entry = { EventBusName: 'main', Source: 'a', DetailType: 'b', Detail: '{}' };

  test('goes from the bus to the queue, that of the entry before that of the request', async () => {
    const { services, traces } = await makeBus();
    const Entries = [entry, { ...entry, TraceHeader: `${ROOT};Sampled=1` }];
    await services.events.handle('PutEvents', { Entries }, `${ROOT};Sampled=0`);
    await services.events.handle('PutEvents', { Entries: [entry] });
    expect(await traces()).toEqual([`${ROOT};Sampled=0`, `${ROOT};Sampled=1`, undefined]);
  });

  test('begins behind the pipe, which passes none on', async () => {
    const { services, traces } = await makeBus();
    await services.dynamodb.handle('PutItem', { TableName: 'users', Item: { id: { S: 'a' } } });
    expect(await traces()).toEqual([undefined]);
  });

  test('has 500 characters at most', async () => {
    const { services, traces } = await makeBus();
    const Entries = [entry, { ...entry, TraceHeader: 'x'.repeat(501) }];
    await expect(services.events.handle('PutEvents', { Entries })).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(
        "at 'entries.2.member.traceHeader' failed to satisfy constraint: Member must have length",
      ),
    });
    expect(await traces()).toEqual([]);
  });
});
