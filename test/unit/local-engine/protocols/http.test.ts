import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import {
  detailedQueryErrors,
  errorsAsAsked,
  jsonErrors,
  jsonResponse,
  queryCompatibleErrors,
  queryErrors,
  xmlResponse,
} from '../../../../packages/local-engine/protocols/http.ts';
import { escapeXml, unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';

describe('text in XML', () => {
  test.each([
    { text: '<a href="x">&</a>', content: '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;' },
    { text: '&amp;', content: '&amp;amp;' },
    { text: 'é 서울 😀\t\n', content: 'é 서울 😀\t\n' },
    { text: 'a\r\nb', content: 'a&#xD;\nb' },
  ])('given $text, it is $content, and back', ({ text, content }) => {
    expect(escapeXml(text)).toBe(content);
    expect(unescapeXml(content)).toBe(text);
  });

  test.each([
    { given: 'a null character', text: 'a\u0000b' },
    { given: 'an escape character', text: 'a\u001bb' },
    { given: 'half a surrogate pair', text: 'a\ud83db' },
    { given: 'a non-character', text: 'a\uffffb' },
  ])('given $given, which no XML may hold, it is replaced', ({ text }) => {
    expect(escapeXml(text)).toBe('a\ufffdb');
  });

  test.each([
    { content: '&#65;&#x42;&#x1F600;', text: 'AB😀' },
    { content: '&apos;&quot;', text: `'"` },
    { content: '&#x110000;&#99999999999;', text: '\ufffd\ufffd' },
    { content: '&constructor;&__proto__;', text: '&constructor;&__proto__;' },
    { content: '&unknown; & &amp;lt;', text: '&unknown; & &lt;' },
  ])('given the content $content, the text is $text', ({ content, text }) => {
    expect(unescapeXml(content)).toBe(text);
  });
});

describe('answers', () => {
  test('given an object, the answer is JSON', () => {
    expect(jsonResponse({ a: 1 }, { status: 400, headers: { 'x-amzn-errortype': 'E' } })).toEqual({
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'E' },
      body: '{"a":1}',
    });
  });

  test('given an element, the answer is a whole document; given nothing, it has no body', () => {
    expect(xmlResponse('<a/>').body).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<a/>');
    expect(xmlResponse('', 204)).toEqual({ status: 204, headers: { 'content-type': 'application/xml' }, body: '' });
  });
});

const ERROR = new AwsError('Throttling', 'Slow <down>', 400, { Item: 1 });
const JSON_CALL = { requestId: 'r1', headers: { 'x-amz-target': 'AmazonSQS.SendMessage' } };
const QUERY_CALL = { requestId: 'r1', headers: {} };

test('given the JSON protocol, the answer says its version, the code and the details', () => {
  const { status, headers, body } = jsonErrors('1.1')(ERROR, JSON_CALL);
  expect({ status, headers, body: JSON.parse(String(body)) }).toEqual({
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'Throttling' },
    body: { __type: 'Throttling', message: 'Slow <down>', Message: 'Slow <down>', Item: 1 },
  });
});

test.each([
  { status: 400, type: 'Sender' },
  { status: 503, type: 'Receiver' },
])('given the query protocol and the status $status, it is the fault of the $type', ({ status, type }) => {
  const answer = queryErrors(new AwsError('Code', 'Slow <down>', status), QUERY_CALL);
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(`<Type>${type}</Type><Code>Code</Code><Message>Slow &lt;down&gt;</Message>`);
  expect(answer.body).toContain('<RequestId>r1</RequestId>');
});

test('given a namespace, the answer is in it and has an empty Detail', () => {
  const { body } = detailedQueryErrors('http://sqs/')(new AwsError('Code', 'Slow'), QUERY_CALL);
  expect(body).toContain('<ErrorResponse xmlns="http://sqs/"><Error><Type>Sender</Type><Code>Code</Code>');
  expect(body).toContain('<Message>Slow</Message><Detail/></Error><RequestId>r1</RequestId></ErrorResponse>');
});

describe('a service that speaks both protocols', () => {
  const errorOf = queryCompatibleErrors({ QueueNameExists: 'QueueAlreadyExists' });
  const exists = new AwsError('QueueNameExists', 'A queue exists');

  test('given a call in the query protocol, the answer has the code of that', () => {
    expect(errorOf(exists, QUERY_CALL)).toEqual(
      queryErrors(new AwsError('QueueAlreadyExists', 'A queue exists'), QUERY_CALL),
    );
  });

  test.each([
    { error: exists, header: 'QueueAlreadyExists;Sender' },
    { error: ERROR, header: 'Throttling;Sender' },
    { error: new AwsError('InternalError', 'Broken', 500), header: 'InternalError;Receiver' },
  ])('given a call in JSON, the answer to $error.code names the older code in a header', ({ error, header }) => {
    const { headers, ...answer } = errorOf(error, JSON_CALL);
    const { headers: jsonHeaders, ...jsonAnswer } = jsonErrors('1.0')(error, JSON_CALL);
    expect(answer).toEqual(jsonAnswer);
    expect(headers).toEqual({ ...jsonHeaders, 'x-amzn-query-error': header });
  });
});

describe('a service that is not here', () => {
  test('given a form, as the query protocol sends, the answer is XML', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const call = { requestId: 'r1', headers };
    expect(errorsAsAsked(ERROR, call)).toEqual(queryErrors(ERROR, call));
  });

  test.each([
    { sent: 'JSON', headers: { 'content-type': 'application/x-amz-json-1.0' } },
    { sent: 'no type', headers: {} },
  ])('given $sent, the answer is JSON', ({ headers }) => {
    const call = { requestId: 'r1', headers };
    expect(errorsAsAsked(ERROR, call)).toEqual(jsonErrors('1.0')(ERROR, call));
  });
});
