import type { Template } from 'aws-cdk-lib/assertions';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as there are resources
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** The one resource of a type whose logical id begins so. */
export function resource(template: Template, type: string, idPrefix = ''): [logicalId: string, Resource] {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(idPrefix));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`expected one ${type} ${idPrefix}…, found ${found.map(([id]) => id).join(', ') || 'none'}`);
  }
  return first as [string, Resource];
}

/** What a role allows, in its own policies and in attached ones. */
export function statementsOfRole(template: Template, idPrefix: string): Statement[] {
  const [roleId, role] = resource(template, 'AWS::IAM::Role', idPrefix);
  const attached = Object.values(template.findResources('AWS::IAM::Policy')).filter((policy) =>
    policy.Properties.Roles.some((each: { Ref?: string }) => each.Ref === roleId),
  );
  const inline: { PolicyDocument: { Statement: Statement[] } }[] = role.Properties.Policies ?? [];
  return [...attached.map((policy) => policy.Properties), ...inline].flatMap(
    (policy) => policy.PolicyDocument.Statement,
  );
}

/** What the policy of a queue says. */
export function statementsOfQueue(template: Template, queueId: string): Statement[] {
  return Object.values(template.findResources('AWS::SQS::QueuePolicy'))
    .filter((policy) => policy.Properties.Queues.some((each: { Ref?: string }) => each.Ref === queueId))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

export function actionsOf({ Action }: Statement): string[] {
  return [Action].flat();
}

export function arnOf(logicalId: string): object {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

/** The text of a property, with STACK for each reference. */
export function joinedText(value: string | { 'Fn::Join': [string, (string | object)[]] }): string {
  if (typeof value === 'string') return value;
  return value['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'STACK')).join('');
}
