import { describe, expect, jest, test } from '@jest/globals';
import { Access } from '../../../../packages/local-engine/iam/access.ts';
import type { PolicyDocument, PolicyStatement } from '../../../../packages/local-engine/iam/policy.ts';
import { type Role, Roles } from '../../../../packages/local-engine/iam/roles.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';

const QUEUE = 'arn:aws:sqs:ap-northeast-1:111122223333:letters';
const ROLE = 'arn:aws:iam::111122223333:role/service';
const SEND = { action: 'sqs:SendMessage', resource: QUEUE };
const ALLOW: PolicyStatement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };
const DENY: PolicyStatement = { ...ALLOW, Effect: 'Deny' };
const ofQueue = (statement: PolicyStatement): PolicyStatement => ({ ...statement, Principal: { AWS: ROLE } });

function makeAccess(own: PolicyStatement[], ofResource: PolicyStatement[] = []) {
  const { journal } = makeParts();
  const policies: PolicyDocument[] = ofResource.length === 0 ? [] : [{ Statement: ofResource }];
  const roles = new Roles();
  const access = new Access({
    roles,
    account: ACCOUNT,
    journal,
    resourcePoliciesOf: (arn) => (arn === QUEUE ? policies : []),
  });
  roles.put({ name: 'service', arn: ROLE, trust: { Statement: [] }, ownPolicies: [{ Statement: own }] });
  return { access, journal, roles, policies, caller: { roleArn: ROLE, session: () => 'function' } };
}

const WHO = 'User: arn:aws:sts::111122223333:assumed-role/service/function is not authorized to perform:';

describe('whether a role may do something to a resource that has policies too', () => {
  test.each([
    { given: 'neither mentions it', own: [], its: [], reason: 'because no identity-based policy allows' },
    { given: 'its own policy allows it', own: [ALLOW], its: [], reason: undefined },
    { given: 'the resource allows it', own: [], its: [ofQueue(ALLOW)], reason: undefined },
    {
      given: 'its own policy denies it',
      own: [DENY],
      its: [ofQueue(ALLOW)],
      reason: 'deny in an identity-based policy',
    },
    { given: 'the resource denies it', own: [ALLOW], its: [ofQueue(DENY)], reason: 'deny in a resource-based policy' },
  ])('given $given', ({ own, its, reason }) => {
    const { access, caller } = makeAccess(own, its);
    const message = access.findDenial(caller, [SEND])?.message;
    expect(message).toEqual(reason && expect.stringContaining(reason));
  });

  test('given several actions, all must be allowed, and the first that is not is named', () => {
    const { access, caller } = makeAccess([ALLOW]);
    const others = ['sqs:DeleteMessage', 'sqs:ReceiveMessage'].map((action) => ({ action, resource: QUEUE }));
    expect(access.findDenial(caller, [SEND, ...others])?.action).toBe('sqs:DeleteMessage');
  });

  test.each([
    { key: 'aws:PrincipalArn', value: ROLE },
    { key: 'aws:PrincipalAccount', value: '111122223333' },
    { key: 'aws:ResourceAccount', value: '111122223333' },
    { key: 'aws:RequestedRegion', value: 'ap-northeast-1' },
    { key: 'aws:SecureTransport', value: 'true' },
  ])('given a condition on $key, every request has it', ({ key, value }) => {
    const { access, caller } = makeAccess([{ ...ALLOW, Condition: { StringEquals: { [key]: value } } }]);
    expect(access.findDenial(caller, [SEND])).toBeUndefined();
  });

  test('given no condition, the keys of a request are not worked out', () => {
    const { access, caller } = makeAccess([ALLOW]);
    const context = () => {
      throw new Error('asked');
    };
    expect(access.findDenial(caller, [{ ...SEND, context }])).toBeUndefined();
  });
});

test('given a demand that is denied, it is refused in the words of AWS, and the journal has it', () => {
  const { access, caller, journal } = makeAccess([]);
  const message = `${WHO} sqs:sendmessage on resource: ${QUEUE} because no identity-based policy allows the sqs:sendmessage action`;
  expect(() => access.authorize(caller, [SEND], { status: 403 })).toThrow(
    expect.objectContaining({ code: 'AccessDeniedException', status: 403, message }),
  );
  expect(journal.entries()).toEqual([
    expect.objectContaining({
      hop: 'denied',
      principal: 'arn:aws:sts::111122223333:assumed-role/service/function',
      action: 'sqs:SendMessage',
      resource: QUEUE,
      message,
    }),
  ]);
});

describe('an AWS service that acts for itself', () => {
  const SERVICE = 'events.amazonaws.com';
  const ofService = (statement: PolicyStatement): PolicyStatement => ({
    ...statement,
    Principal: { Service: SERVICE },
  });
  const denied = `User: ${SERVICE} is not authorized to perform: sqs:sendmessage on resource: ${QUEUE}`;

  test.each([
    {
      given: 'no policy',
      its: [],
      message: `${denied} because no resource-based policy allows the sqs:sendmessage action`,
    },
    { given: 'a policy that allows it', its: [ofService(ALLOW)], message: undefined },
    {
      given: 'one that denies it',
      its: [ofService(ALLOW), ofService(DENY)],
      message: `${denied} with an explicit deny in a resource-based policy`,
    },
    {
      given: 'one that allows it to a role',
      its: [ofQueue(ALLOW)],
      message: `${denied} because no resource-based policy allows the sqs:sendmessage action`,
    },
  ])('given $given of the resource', ({ its, message }) => {
    const { access } = makeAccess([ALLOW], its);
    expect(access.findServiceDenial(SERVICE, [SEND])?.message).toBe(message);
  });

  test('given several actions, the first that is not allowed is named', () => {
    const { access } = makeAccess([], [ofService(ALLOW)]);
    const others = ['sqs:DeleteMessage', 'sqs:ReceiveMessage'].map((action) => ({ action, resource: QUEUE }));
    expect(access.findServiceDenial(SERVICE, [SEND, ...others])).toMatchObject({
      principal: SERVICE,
      action: 'sqs:DeleteMessage',
      resource: QUEUE,
    });
  });

  test('given a condition, the request has no keys of a principal', () => {
    const condition = { Null: { 'aws:PrincipalArn': 'true', 'aws:PrincipalAccount': 'true' } };
    const { access } = makeAccess([], [{ ...ofService(ALLOW), Condition: condition }]);
    expect(access.findServiceDenial(SERVICE, [SEND])).toBeUndefined();
  });
});

test('given a demand that is allowed, nothing happens; one that is denied is refused with 400, unless the service says otherwise', () => {
  const { access, caller, journal } = makeAccess([ALLOW]);
  access.authorize(caller, [SEND]);
  expect(journal.entries()).toEqual([]);
  const refused = () => access.authorize(caller, [{ ...SEND, action: 'sqs:DeleteMessage' }]);
  expect(refused).toThrow(expect.objectContaining({ code: 'AccessDeniedException', status: 400 }));
});

test('given a role with a path, its session is named without it', () => {
  const { access, roles } = makeAccess([]);
  const arn = 'arn:aws:iam::111122223333:role/team/part/worker';
  roles.put({ name: 'worker', arn, trust: { Statement: [] }, ownPolicies: [] });
  expect(access.findDenial({ roleArn: arn, session: () => 's' }, [SEND])?.principal).toBe(
    'arn:aws:sts::111122223333:assumed-role/worker/s',
  );
});

test('given a permission, the journal has no entry while it is granted, and one however often it is judged as denied', () => {
  const { access, caller, journal, roles } = makeAccess([ALLOW]);
  const permission = access.permission(() => caller, [SEND]);
  const may = (...own: PolicyStatement[]) =>
    roles.put({ name: 'service', arn: ROLE, trust: { Statement: [] }, ownPolicies: [{ Statement: own }] });
  permission.isGranted();
  may(ALLOW, { ...ALLOW, Action: 'sqs:DeleteMessage' });
  permission.isGranted();
  expect(journal.entries()).toEqual([]);
  may();
  permission.isGranted();
  may({ ...ALLOW, Action: 'sqs:DeleteMessage' });
  permission.isGranted();
  expect(journal.entries()).toHaveLength(1);
});

test.each([
  { action: 's3:CreateBucket', resource: 'arn:aws:s3:::b', worded: 's3:CreateBucket on resource: "arn:aws:s3:::b"' },
  { action: 'dynamodb:GetItem', resource: 'arn:t', worded: 'dynamodb:GetItem on resource: arn:t' },
  { action: 'events:PutEvents', resource: 'arn:b', worded: 'events:PutEvents on resource: arn:b' },
  { action: 'sqs:PurgeQueue', resource: 'arn:q', worded: 'sqs:purgequeue on resource: arn:q' },
])('given $action, the denial is worded as its service words it', ({ action, resource, worded }) => {
  const { access, caller } = makeAccess([]);
  const denial = access.findDenial(caller, [{ action, resource }]);
  expect(denial).toMatchObject({ action, resource, message: expect.stringContaining(`${WHO} ${worded} because no `) });
});

test('given leave that is taken and given back, each denial is noted when it begins, and listeners hear of changes', () => {
  const { access, caller, journal, roles } = makeAccess([ALLOW]);
  const leave = access.permission(() => caller, [SEND]);
  const heard: boolean[] = [];
  const end = leave.onChange(() => heard.push(leave.isGranted()));
  const may = (...own: PolicyStatement[]) =>
    roles.put({ name: 'service', arn: ROLE, trust: { Statement: [] }, ownPolicies: [{ Statement: own }] });
  may();
  expect(leave.isGranted()).toBe(false);
  may(ALLOW);
  may();
  end();
  may(ALLOW);
  expect(heard).toEqual([false, true, false]);
  expect(journal.entries().map(({ hop }) => hop)).toEqual(['denied', 'denied']);
});

test('given a policy of the resource that comes and goes, the permission follows it', () => {
  const { access, caller, policies } = makeAccess([ALLOW]);
  const permission = access.permission(() => caller, [SEND]);
  const granted = [permission.isGranted()];
  policies.push({ Statement: [ofQueue(DENY)] });
  granted.push(permission.isGranted());
  policies[0] = { Statement: [ofQueue(ALLOW)] };
  granted.push(permission.isGranted());
  expect(granted).toEqual([true, false, true]);
});

test('given a caller that takes another role, the permission is that of the new role', () => {
  const { access, caller, roles } = makeAccess([ALLOW]);
  const other = { ...caller, roleArn: `${ROLE}-other` };
  roles.put({ name: 'service-other', arn: other.roleArn, trust: { Statement: [] }, ownPolicies: [] });
  let now = caller;
  const permission = access.permission(() => now, [SEND]);
  const granted = [permission.isGranted()];
  now = other;
  granted.push(permission.isGranted());
  expect(granted).toEqual([true, false]);
});

test('given work that repeats, a policy is evaluated once until it changes', () => {
  const { access, caller, roles } = makeAccess([ALLOW]);
  const judge = jest.spyOn(roles.find(ROLE) as Role, 'judge');
  const permission = access.permission(() => caller, [SEND]);
  for (let times = 0; times < 3; times++) permission.isGranted();
  expect(judge).toHaveBeenCalledTimes(1);
});

test('given a role that is no more, nothing is allowed', () => {
  const { access, caller, roles } = makeAccess([ALLOW]);
  roles.remove('service');
  expect(access.findDenial(caller, [SEND])?.action).toBe('sqs:SendMessage');
});
