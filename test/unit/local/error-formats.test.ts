import { expect, test } from '@jest/globals';
import { AwsError } from '../../../local/aws-error.ts';
import { jsonErrors, queryErrors, sqsErrors } from '../../../local/error-formats.ts';

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

test('given SQS, the answer is in the protocol of the call', () => {
  expect(sqsErrors(ERROR, JSON_CALL)).toEqual(jsonErrors('1.0')(ERROR, JSON_CALL));
  expect(sqsErrors(ERROR, QUERY_CALL)).toEqual(queryErrors(ERROR, QUERY_CALL));
});
