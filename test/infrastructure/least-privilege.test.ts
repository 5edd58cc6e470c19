import { describe, expect, test } from '@jest/globals';
import { SUBSCRIBER_ACCESS, type SubscriberAccess } from '../../services/shared/subscription.ts';
import { foundSubscriber, synthesize } from './support/synthesize.ts';
import { actionsOf, type Statement } from './support/template.ts';

/** Where a wildcard stands for whole resources or for parts of their names, and why nothing narrower will do. */
const WILDCARDS = [
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resource: /^\*$/,
    reason: 'X-Ray knows no resource for these actions (service authorization reference).',
  },
  {
    actions: ['s3:ListAllMyBuckets'],
    resource: /^\*$/,
    reason: 'S3 knows no resource for this action (service authorization reference).',
  },
  {
    actions: [
      's3:CreateBucket',
      's3:GetBucketTagging',
      's3:GetLifecycleConfiguration',
      's3:PutBucketCORS',
      's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketTagging',
      's3:PutLifecycleConfiguration',
      's3:TagResource',
    ],
    resource: /:s3:::siu\*(-<AWS::AccountId>-<AWS::Region>-an)?$/,
    reason: 'The buckets of future users: known is only how their names begin and end.',
  },
  {
    actions: ['s3:GetObject', 's3:PutObject'],
    resource: /:s3:::siu\*(-<AWS::AccountId>-<AWS::Region>-an)?\/\*$/,
    reason: 'All objects in the buckets of future users.',
  },
];

describe.each([
  { bucketNamespace: 'account-regional' },
  { bucketNamespace: 'global', bucketCors: true, bucketPublicListing: true, bucketTlsOnly: true },
  { bucketLifecycle: { abortUploadsAfterDays: 7 }, alarmEmail: 'operators@example.com' },
] as const)('with %j and a subscriber that asks for every access', (settings) => {
  const greedy = foundSubscriber('greedy', { access: Object.keys(SUBSCRIBER_ACCESS) as SubscriberAccess[] });
  const { Resources } = synthesize({ settings, subscribers: [greedy, foundSubscriber('modest')] }).toJSON();
  const allowed = statementsIn(Resources).filter(({ Effect }) => Effect === 'Allow');

  test('no policy allows an action by a wildcard, or all but some', () => {
    expect(allowed.length).toBeGreaterThan(15);
    for (const statement of allowed) {
      expect(statement).not.toHaveProperty('NotAction');
      expect(actionsOf(statement).filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  const wildcards = allowed.flatMap((statement) =>
    resourcesOf(statement)
      .filter((resource) => resource.includes('*'))
      .flatMap((resource) => actionsOf(statement).map((action) => ({ action, resource }))),
  );

  test('a wildcard as resource stands only where AWS or the future leaves no choice', () => {
    for (const statement of allowed) expect(statement).not.toHaveProperty('NotResource');
    expect(wildcards.filter((each) => !WILDCARDS.some(explains(each)))).toEqual([]);
  });

  test('each of these explanations is needed', () => {
    expect(WILDCARDS.filter((known) => !wildcards.some((each) => explains(each)(known)))).toEqual([]);
  });

  test('nobody is let in by a wildcard as principal', () => {
    for (const { Principal } of allowed) expect(JSON.stringify(Principal ?? '')).not.toContain('*');
  });
});

function explains({ action, resource }: { readonly action: string; readonly resource: string }) {
  return (known: (typeof WILDCARDS)[number]) => known.actions.includes(action) && known.resource.test(resource);
}

/** Every statement of every policy in it, whatever holds the policy. One that is text is read as what it will be. */
function statementsIn(value: unknown): Statement[] {
  if (value === null || typeof value !== 'object') return [];
  const text = joined(value);
  if (text?.includes('"Statement"')) return statementsIn(JSON.parse(text));
  const own = 'Effect' in value && ('Action' in value || 'NotAction' in value) ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

function resourcesOf({ Resource }: Statement): string[] {
  return [Resource ?? []].flat().map(written);
}

/** A resource as text, with `<name>` for what is known only when the stack is deployed. */
function written(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  return joined(resource as object) ?? JSON.stringify(resource);
}

/** The text of a reference or of joined parts; undefined if it is neither. */
function joined(value: object): string | undefined {
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`;
  if (!('Fn::Join' in value)) return undefined;
  const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
  return parts.map(written).join(separator);
}
