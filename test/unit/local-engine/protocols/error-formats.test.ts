import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import {
  detailedQueryErrors,
  errorsAsAsked,
  jsonErrors,
  queryCompatibleErrors,
  queryErrors,
} from '../../../../packages/local-engine/protocols/error-formats.ts';

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
