import { describe, expect, test } from '@jest/globals';
import { MOST_LEVELS, parseJson } from '../../../../packages/local-engine/core/json-text.ts';
import { jsonBody } from '../../../../packages/local-engine/protocols/json-protocol.ts';
import { RequestSchemas } from '../../../../packages/local-engine/protocols/request-schema.ts';

const events = new RequestSchemas('@aws-sdk/client-eventbridge');
const sqs = new RequestSchemas('@aws-sdk/client-sqs');
const dynamodb = new RequestSchemas('@aws-sdk/client-dynamodb');

describe('a request', () => {
  test.each([
    { schemas: events, operation: 'PutEvents', request: { Entries: [{ Source: 'a', Time: 1, Resources: ['b'] }] } },
    { schemas: events, operation: 'PutEvents', request: { Entries: null, EndpointId: null, Unknown: { a: [] } } },
    { schemas: events, operation: 'StartReplay', request: { EventStartTime: 1.5, Destination: { FilterArns: [] } } },
    { schemas: events, operation: 'NoSuchOperation', request: null },
    { schemas: events, operation: 'constructor', request: null },
    {
      schemas: sqs,
      operation: 'SendMessage',
      request: { DelaySeconds: 1, MessageAttributes: { a: { DataType: 'Binary', BinaryValue: 'AAEC' } } },
    },
    {
      schemas: dynamodb,
      operation: 'PutItem',
      request: { Item: { a: { L: [{ M: { b: { BOOL: true } } }, { NULL: true }, { B: '' }, { NS: ['1'] }] } } },
    },
  ])('of the types that $operation has is no problem', ({ schemas, operation, request }) => {
    expect(schemas.problemOf(operation, request)).toBeUndefined();
  });

  test.each([
    [events, 'PutEvents', null, 'The request: NULL_VALUE cannot be converted to Structure'],
    [events, 'PutEvents', [], 'The request: START_ARRAY cannot be converted to Structure'],
    [events, 'PutEvents', { Entries: {} }, 'Entries: START_OBJECT cannot be converted to List'],
    [events, 'PutEvents', { Entries: [null] }, 'Entries[0]: NULL_VALUE cannot be converted to Structure'],
    [
      events,
      'PutEvents',
      { Entries: [{}, { Source: 1 }] },
      'Entries[1].Source: NUMBER_VALUE cannot be converted to String',
    ],
    [
      events,
      'PutEvents',
      { Entries: [{ Time: true }] },
      'Entries[0].Time: TRUE_VALUE cannot be converted to Timestamp',
    ],
    [
      events,
      'PutEvents',
      { Entries: [{ Resources: [true] }] },
      'Entries[0].Resources[0]: TRUE_VALUE cannot be converted to String',
    ],
    [events, 'ListRules', { Limit: '5' }, 'Limit: STRING_VALUE cannot be converted to Number'],
    [sqs, 'SendMessage', { MessageAttributes: [] }, 'MessageAttributes: START_ARRAY cannot be converted to Map'],
    [
      sqs,
      'SendMessage',
      { MessageAttributes: { a: { BinaryValue: '!!!' } } },
      'MessageAttributes.a.BinaryValue: STRING_VALUE cannot be converted to Blob',
    ],
    [
      dynamodb,
      'PutItem',
      { Item: { a: { L: [{ M: { b: { BOOL: 'yes' } } }] } } },
      'Item.a.L[0].M.b.BOOL: STRING_VALUE cannot be converted to Boolean',
    ],
    [
      dynamodb,
      'PutItem',
      { Item: JSON.parse('{"__proto__":{"S":1}}') },
      'Item.__proto__.S: NUMBER_VALUE cannot be converted to String',
    ],
  ])('of other types is refused by the member (%#)', (schemas, operation, request, message) => {
    expect(() => schemas.check(operation, request)).toThrow(
      expect.objectContaining({ code: 'SerializationException', message }),
    );
  });

  test('has no members that are null, at any depth', () => {
    const request = { Entries: [{ Source: null, Detail: '{}' }], EndpointId: null };
    events.check('PutEvents', request);
    expect(request).toEqual({ Entries: [{ Detail: '{}' }] });
    expect(request).not.toHaveProperty('EndpointId');
  });

  test('in the query protocol has numbers, booleans and times as text', () => {
    const inText = new RequestSchemas('@aws-sdk/client-cloudwatch', 'text');
    const request = {
      MetricDataQueries: [{ ReturnData: 'false', MetricStat: { Period: '60' } }],
      StartTime: '2026-01-01',
    };
    expect(inText.problemOf('GetMetricData', request)).toBeUndefined();
    expect(inText.problemOf('GetMetricData', { MaxDatapoints: 'many' })).toMatchObject({ path: 'MaxDatapoints' });
    expect(inText.problemOf('GetMetricData', { MetricDataQueries: 'all' })).toMatchObject({ expected: 'List' });
  });
});

describe('a JSON body', () => {
  const bodyOf = (body: string | Buffer) => jsonBody({ body: Buffer.from(body) });

  test('may be empty, or an object with any text', () => {
    expect(bodyOf('')).toEqual({});
    expect(bodyOf('{"a":"[[[[😀"}')).toEqual({ a: '[[[[😀' });
  });

  test.each(['null', '[]', '1', '"{}"', '{', ' ', '\u0000'])('may not be %j', (body) => {
    expect(() => bodyOf(body)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });

  test('must be UTF-8', () => {
    expect(() => bodyOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(/UTF-8/);
  });

  test('may not be nested so deep that code cannot walk through it', () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}"${']'.repeat(9)}\\"["${']'.repeat(levels - 1)}}`;
    expect(bodyOf(nested(MOST_LEVELS))).toHaveProperty('a');
    for (const levels of [MOST_LEVELS + 1, 50_000]) {
      expect(() => bodyOf(nested(levels))).toThrow(/nested deeper than 500 levels/);
      expect(() => parseJson(nested(levels))).toThrow(/nested deeper/);
    }
    // Brackets in strings are no levels, whatever stands before the string's end.
    for (const text of ['[', '"[', '\\\\"[', '\\\\', 'é']) {
      const body = JSON.stringify({ a: text.repeat(600), b: `${text}\\\\`, c: '{'.repeat(600) });
      expect(parseJson(body)).toEqual(JSON.parse(body));
      expect(bodyOf(body)).toEqual(JSON.parse(body));
      expect(() => parseJson(`${'['.repeat(501)}${body}${']'.repeat(501)}`)).toThrow(/nested deeper/);
    }
    // Many lists beside each other are no deep ones.
    expect(parseJson(`[${Array(5000).fill('[]').join(',')}]`)).toHaveLength(5000);
  });
});
