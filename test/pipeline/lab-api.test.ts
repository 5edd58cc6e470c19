import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';
import { sendRaw } from '../support/raw-http.ts';

const LAB = '/_local-engine/lab/v1';
const JSON_TYPE = { 'content-type': 'application/json' };
const HEADERS = { ...JSON_TYPE, 'x-local-engine-lab': '1' };

let pipeline: Pipeline;
let functionName: string;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  functionName = [...pipeline.engine.services.functions.keys()].find((name) => name.includes('BucketService')) ?? '';
});
afterAll(() => pipeline.stop());

/** One request to the control API: its status and its answer. */
async function call(method: string, path: string, body?: object, headers: Record<string, string> = HEADERS) {
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${pipeline.engine.endpoint}${LAB}${path}`, init);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const armed = () => pipeline.engine.faults.armed;
const FAULT = { operation: 's3:CreateBucket', effect: 'error', code: 'SlowDown' };

describe('a fault over HTTP', () => {
  test('strikes the function, which tries again; the journal says in which invocation', async () => {
    const { status, answer } = await call('POST', '/faults', { ...FAULT, functionName });
    expect([status, answer.id]).toEqual([200, expect.any(Number)]);
    expect((await call('GET', '')).answer.faults).toMatchObject([{ ...FAULT, functionName, strikesLeft: 1 }]);
    await pipeline.register('struck');
    await pipeline.recorded('struck');
    const [struck] = pipeline.entries(({ hop }) => hop === 'fault');
    const [ended] = pipeline.entries((entry) => entry.hop === 'invocation' && entry.functionName === functionName);
    expect(struck).toMatchObject({ fault: answer.id, operation: 's3:CreateBucket', functionName });
    expect(struck?.invocation).toBe(ended?.requestId);
    expect((await call('GET', '')).answer.faults).toEqual([]);
  });

  test('given one of the operations that the engine has, it is offered, and no other', async () => {
    const { operations, codes } = (await call('GET', '')).answer as Record<string, Record<string, string[]>>;
    expect(operations?.s3).toEqual(expect.arrayContaining(['CreateBucket', 'PutBucketTagging']));
    expect(operations?.dynamodb).toEqual(expect.arrayContaining(['UpdateItem', 'UpdateTable', 'GetRecords']));
    expect(operations?.events).toEqual(expect.arrayContaining(['PutEvents', 'StartReplay']));
    expect(operations?.sqs).toEqual(expect.arrayContaining(['SendMessage', 'StartMessageMoveTask']));
    expect(operations?.pipes).toEqual(expect.arrayContaining(['StopPipe']));
    expect(operations?.ssm).toEqual(expect.arrayContaining(['GetParameter']));
    expect(Object.keys(operations ?? {}).sort()).toEqual(Object.keys(codes ?? {}).sort());
    expect(Object.values(operations ?? {}).every((names) => names.length > 0)).toBe(true);
  });

  test('is removed by its id; all are removed at once', async () => {
    const { id } = (await call('POST', '/faults', FAULT)).answer;
    await call('POST', '/faults', { ...FAULT, times: 'always' });
    expect((await call('DELETE', `/faults/${id}`)).answer).toMatchObject({ removed: [{ id }] });
    expect((await call('DELETE', `/faults/${id}`)).status).toBe(404);
    expect(armed()).toHaveLength(1);
    await call('DELETE', '/faults');
    expect(armed()).toEqual([]);
  });

  test('given a function that is killed in the middle of its invocation, the event is handled by another one', async () => {
    await call('POST', '/faults', { operation: '*', effect: 'kill', when: 'after', functionName });
    await pipeline.register('survives');
    const died = await pipeline.waitFor('its death', ({ errorType }) => errorType === 'Runtime.Stopped');
    expect(pipeline.entries(({ hop, invocation }) => hop === 'fault' && invocation === died.requestId)).toHaveLength(1);
    await pipeline.redeliver();
    await pipeline.recorded('survives');
  });
});

describe('time', () => {
  test("is skipped, and each answer has the engine's time, while Date stays the time of functions", async () => {
    const before = Date.now();
    const { answer } = await call('POST', '/clock/skip', { ms: 3_600_000 });
    expect(Number(answer.now) - before).toBeGreaterThanOrEqual(3_600_000);
    const { headers } = await fetch(pipeline.engine.endpoint);
    expect(Date.parse(headers.get('date') ?? '') - before).toBeLessThan(1_800_000);
    expect(Number(headers.get('x-local-engine-time')) - before).toBeGreaterThanOrEqual(3_600_000);
    expect(pipeline.entries(({ hop, action }) => hop === 'lab' && action === 'skip')).toHaveLength(1);
  });
});

describe('a request that could come from a web page', () => {
  test.each([
    ['a simple one', { 'content-type': 'text/plain' }, 403, /no header x-local-engine-lab/],
    ['one without the header', JSON_TYPE, 403, /no header x-local-engine-lab/],
    ['one that is not JSON', { 'content-type': 'text/plain', 'x-local-engine-lab': '1' }, 415, /not JSON/],
    ['one of another origin', { ...HEADERS, origin: 'https://elsewhere.example' }, 403, undefined],
    ['one of another site', { ...HEADERS, 'sec-fetch-site': 'cross-site' }, 403, undefined],
  ])('given %s, changes nothing', async (_what, headers, status, message) => {
    const init = { method: 'POST', headers, body: JSON.stringify(FAULT) };
    const response = await fetch(`${pipeline.engine.endpoint}${LAB}/faults`, init);
    expect(response.status).toBe(status);
    if (message !== undefined) expect(((await response.json()) as { message: string }).message).toMatch(message);
    expect(armed()).toEqual([]);
  });

  test('given a preflight, nothing is allowed', async () => {
    const response = await fetch(`${pipeline.engine.endpoint}${LAB}/faults`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-local-engine-lab',
      },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('given a name that is rebound to this machine, nothing is read', async () => {
    const lines = [`GET ${LAB} HTTP/1.1`, 'Host: elsewhere.example:4566'];
    expect((await sendRaw(pipeline.engine.endpoint, lines)).status).toBe(403);
  });
});

test.each([
  ['GET', '/nothing', 404],
  ['PUT', '/faults', 405],
  ['POST', '/functions/nobody/kill', 404],
])('given %s %s, the answer is JSON that says what is wrong', async (method, path, status) => {
  const found = await call(method, path, method === 'GET' ? undefined : {});
  expect([found.status, found.answer]).toEqual([
    status,
    { code: expect.any(String), message: expect.stringMatching(/nothing|faults|nobody/) },
  ]);
});
