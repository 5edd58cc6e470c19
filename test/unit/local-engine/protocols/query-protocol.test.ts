import { describe, expect, test } from '@jest/globals';
import {
  queryAction,
  queryAnswer,
  queryMembers,
  queryParameters,
} from '../../../../packages/local-engine/protocols/query-protocol.ts';
import { fromSqsQuery } from '../../../../packages/local-engine/sqs/protocol.ts';
import { apiRequest } from '../support/requests.ts';

describe('the operation', () => {
  test.each([
    { given: 'the body', request: apiRequest('POST', '/', { body: 'Action=SendMessage&MessageBody=x' }) },
    { given: 'the query string', request: apiRequest('GET', '/?Action=SendMessage') },
  ])('given it in $given, it is found', ({ request }) => {
    expect(queryAction(request)).toBe('SendMessage');
  });

  test('given none, it is empty', () => {
    expect(queryAction(apiRequest('GET', '/'))).toBe('');
  });
});

describe('members of a request', () => {
  test.each([
    { given: 'nothing but the operation', query: 'Action=Any&Version=2010-08-01', members: {} },
    { given: 'texts', query: 'StackName=a%26b&Empty=', members: { StackName: 'a&b', Empty: '' } },
    { given: 'a structure', query: 'Target.Id=1&Target.Arn=x', members: { Target: { Id: '1', Arn: 'x' } } },
    { given: 'a list', query: 'Names.member.1=a&Names.member.2=b', members: { Names: ['a', 'b'] } },
    {
      given: 'a list out of order, of more than nine',
      query: [10, 2, 1].map((n) => `Names.member.${n}=${n}`).join('&'),
      members: { Names: ['1', '2', '10'] },
    },
    {
      given: 'lists of structures with lists',
      query: 'Queries.member.1.Metric.Dimensions.member.1.Name=QueueName&Queries.member.1.Id=m&Queries.member.2.Id=n',
      members: { Queries: [{ Metric: { Dimensions: [{ Name: 'QueueName' }] }, Id: 'm' }, { Id: 'n' }] },
    },
    {
      given: 'a member that is called member',
      query: 'member=x&Of.member=y',
      members: { member: 'x', Of: { member: 'y' } },
    },
    {
      given: 'names of JavaScript’s own',
      query: '__proto__.x=1&constructor=2',
      members: Object.fromEntries([
        ['__proto__', { x: '1' }],
        ['constructor', '2'],
      ]),
    },
  ])('given $given, they are read', ({ query, members }) => {
    expect(queryMembers(new URLSearchParams(query))).toEqual(members);
  });
});

test('given an answer, it is a document in the service’s namespace: lists by member, dates, text escaped', () => {
  const result = {
    Name: 'a<b',
    At: new Date(0),
    None: undefined,
    Items: [{ Id: 1, Tags: [] }, 'x'],
    Is: false,
  };
  const { headers, body } = queryAnswer('Describe', 'http://ns/', result);
  expect(headers['content-type']).toBe('application/xml');
  expect(body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeResponse xmlns="http://ns/"><DescribeResult>' +
      '<Name>a&lt;b</Name><At>1970-01-01T00:00:00.000Z</At>' +
      '<Items><member><Id>1</Id><Tags></Tags></member><member>x</member></Items><Is>false</Is>' +
      '</DescribeResult><ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></DescribeResponse>',
  );
});

describe('a hostile request', () => {
  const request = (body: string) => ({ body: Buffer.from(body), url: new URL('http://localhost/') });

  test('with a name of very many parts is refused before it is taken apart', () => {
    const name = `a${'.a'.repeat(300)}`;
    expect(() => queryParameters(request(`${name}=1`))).toThrow(expect.objectContaining({ code: 'MalformedInput' }));
    expect(() => queryAction(request(`Action=A&${'SendMessageBatchRequestEntry.1.'.repeat(50_000)}=1`))).toThrow(
      /512 characters/,
    );
  });

  test('with names that every object has gets members of these names, and nothing else changes', () => {
    const members = queryMembers(queryParameters(request('__proto__.a=1&constructor.prototype.b=2&Action=A')));
    expect(Object.keys(members)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('with as many items of a list as fit is read in one pass', () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `AttributeName.${index}=All`).join('&');
    const { AttributeNames } = fromSqsQuery(
      apiRequest('POST', '/', { body: `${names}&constructor.1=x&toString.1.Name=y` }),
    );
    expect(AttributeNames).toHaveLength(200_000);
  });
});
