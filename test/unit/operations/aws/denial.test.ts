import { expect, test } from '@jest/globals';
import { denialIn, explainDenial } from '../../../../operations/aws/denial.ts';

const ROLE = 'User: arn:aws:sts::1:assumed-role/recorder/f is not authorized to perform:';
const TABLE = 'arn:aws:dynamodb:eu-west-1:1:table/t';
const UPDATE = `${ROLE} dynamodb:UpdateItem on resource: ${TABLE}`;

const explained = (message: string) => {
  const denial = denialIn(message);
  return denial && explainDenial(denial);
};

test.each([
  [
    `${ROLE} s3:CreateBucket on resource: "arn:aws:s3:::siu-1" because no identity-based policy allows the s3:CreateBucket action`,
    'no statement allows role recorder s3:CreateBucket on arn:aws:s3:::siu-1',
    'in a policy of role recorder',
    '{"Effect":"Allow","Action":"s3:CreateBucket","Resource":"arn:aws:s3:::siu-1"}',
  ],
  [
    UPDATE,
    `no statement allows role recorder dynamodb:UpdateItem on ${TABLE}`,
    'in a policy of role recorder',
    `{"Effect":"Allow","Action":"dynamodb:UpdateItem","Resource":"${TABLE}"}`,
  ],
  [
    'User: events.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:1:q because no resource-based policy allows the sqs:sendmessage action',
    'no statement allows events.amazonaws.com sqs:sendmessage on arn:aws:sqs:eu-west-1:1:q',
    'in the policy of that resource',
    '{"Effect":"Allow","Action":"sqs:sendmessage","Resource":"arn:aws:sqs:eu-west-1:1:q","Principal":{"Service":"events.amazonaws.com"}}',
  ],
])('a denial says what no statement allows, and which one would: %j', (message, text, where, statement) => {
  expect(explained(message)).toEqual({ text, remedy: { where, statement } });
});

test.each([
  [
    `${UPDATE} with an explicit deny in an identity-based policy`,
    `a statement denies role recorder dynamodb:UpdateItem on ${TABLE} (identity-based policy), and no other can allow it`,
  ],
  [
    `${UPDATE} with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p`,
    `a statement denies role recorder dynamodb:UpdateItem on ${TABLE} (service control policy), and no other can allow it`,
  ],
  [
    `${UPDATE} because no permissions boundary allows the dynamodb:UpdateItem action`,
    `no permissions boundary allows role recorder dynamodb:UpdateItem on ${TABLE}`,
  ],
])('where no statement would help, names none: %j', (message, text) => {
  expect(explained(message)).toEqual({ text });
});

test.each(['Access Denied', `${ROLE} pipes:DescribePipe because no policy allows it`])(
  'a message that does not say on what, says nothing: %j',
  (message) => {
    expect(denialIn(message)).toBeUndefined();
  },
);
