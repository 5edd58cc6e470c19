import { count, display } from '../../../operations/messages/display.ts';
import type { DeployedStack } from '../../deployment/deployed-stack.ts';
import type { DataHolder } from '../../deployment/stack-data.ts';
import { columns } from '../../output/table-text.ts';

/** What is known before a stack is destroyed. */
export interface DestroyFacts {
  readonly stack: DeployedStack;
  readonly data: readonly DataHolder[];
  /** Buckets with names as this stack gives them. */
  readonly buckets: number;
}

const HELD: Readonly<Record<DataHolder['kind'], string>> = {
  table: 'row',
  archive: 'event',
  queue: 'event',
  'dead-letter queue': 'dead letter',
  bus: '',
  log: '',
};

/** What will be gone and what will stay, for the person who is asked. */
export function destroyText({ stack, data, buckets }: DestroyFacts): string {
  const { name, place, outputs } = stack;
  const rows = data.map((holder) => [
    holder.isKept ? '  stays' : '  DELETED',
    holder.kind,
    holder.name,
    holder.holds === undefined ? '' : `about ${count(holder.holds, HELD[holder.kind])}`,
  ]);
  const isForeign = !data.some(({ kind }) => kind === 'table') && outputs.UsersTableName !== undefined;
  return (
    `Destroys the stack ${name} in account ${place.account}, ${place.region}\n` +
    columns([
      ...rows.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0)),
      ...(isForeign ? [['  stays', 'table', outputs.UsersTableName ?? '', 'it belongs to somebody else']] : []),
      ['  stays', 'buckets', `${outputs.BucketNamePrefix ?? ''}…`, `${count(buckets, 'bucket')} of users`],
    ]) +
    'The buckets belong to no stack: they stay with all that users stored, and cost what they cost. Those of other stages\n' +
    'with this prefix, in this account and Region, are among them.\n' +
    destroyWarnings({ data })
      .map((warning) => display`! ${warning}\n`)
      .join('')
  );
}

/** What would be lost that may not have been thought of, one line each. */
export function destroyWarnings({ data }: Pick<DestroyFacts, 'data'>): string[] {
  const lost = (kind: DataHolder['kind']) =>
    data.reduce((sum, holder) => sum + (holder.kind === kind && !holder.isKept ? (holder.holds ?? 0) : 0), 0);
  const [waiting, letters, rows] = [lost('queue'), lost('dead-letter queue'), lost('table')];
  return [
    ...(rows > 0 ? [`${count(rows, 'user')} about, with where their buckets are, will be known to nobody`] : []),
    ...(waiting > 0 ? [`${count(waiting, 'event')} that subscribers have not handled will be lost`] : []),
    ...(letters > 0 ? [`${count(letters, 'dead letter')} will be lost: npx pipeline dlq list shows them`] : []),
  ];
}

/** Why the stack cannot be destroyed now, and what to do; undefined if it can. */
export function destroyRefusal(
  { name, isProtected, status }: DeployedStack,
  data: readonly DataHolder[],
): string | undefined {
  if (isProtected) {
    return `the stack ${name} is protected from being deleted; if you mean it: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}, then this again`;
  }
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS') {
    return `the stack ${name} is being changed (${status}); wait for its end, then this again`;
  }
  const table = data.find((holder) => holder.isProtected && !holder.isKept);
  if (table !== undefined) {
    return `the table ${table.name} is protected from being deleted, and CloudFormation would stop there; if you mean it: ${unprotect(table.name)}, then this again`;
  }
  return undefined;
}

function unprotect(table: string): string {
  return `aws dynamodb update-table --no-deletion-protection-enabled --table-name ${table}`;
}

/** What is left and how to be rid of it, for afterwards. */
export function leftText({ stack, data, buckets }: DestroyFacts): string {
  const kept = data.filter(({ isKept }) => isKept);
  const keptText =
    kept.length === 0
      ? ''
      : `Left, outside of any stack; what stands beside each deletes it for good:\n${columns(kept.map((holder) => [`  ${holder.kind}`, holder.name, DELETE[holder.kind](holder)]))}` +
        `Before this stage is deployed again, delete the bus, whose name would be in the way, or take it in with npx cdk import.\n`;
  const bucketText =
    buckets === 0
      ? ''
      : `${count(buckets, 'bucket')} of users are left. To list them, those of other stages among them:\n` +
        '  aws resourcegroupstaggingapi get-resources --resource-type-filters s3 \\\n' +
        '    --tag-filters Key=app,Values=user-bucket-pipeline \\\n' +
        "    --query 'ResourceTagMappingList[].ResourceARN' --output text\n" +
        'To delete one, with every object in it, for good:\n  aws s3 rb --force s3://NAME\n';
  return `The stack ${stack.name} is gone.\n${keptText}${bucketText}`;
}

const DELETE: Readonly<Record<DataHolder['kind'], (holder: DataHolder) => string>> = {
  table: ({ name, isProtected }) =>
    `${isProtected ? `${unprotect(name)} && ` : ''}aws dynamodb delete-table --table-name ${name}`,
  bus: ({ name }) => `aws events delete-event-bus --name ${name}`,
  archive: ({ name }) => `aws events delete-archive --archive-name ${name}`,
  queue: ({ name }) => `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${name} --output text)"`,
  'dead-letter queue': ({ name }) =>
    `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${name} --output text)"`,
  log: ({ name }) => `aws logs delete-log-group --log-group-name ${name}`,
};
