import { pipelineCommand } from '../../../operations/aws/target.ts';
import { count, display } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { type DeployedStack, findDeployed, isChanging } from '../../deployment/deployed-stack.ts';
import { countBuckets, type DataHolder, readData } from '../../deployment/stack-data.ts';
import { type ChosenStage, onStage, type StageEffects } from '../../deployment/stage.ts';
import type { StageOptions } from '../../deployment/stage-options.ts';
import { confirmByName, requireConfirmable } from '../../output/confirm.ts';
import { columns, note, print } from '../../output/output.ts';

/**
 * Destroys a stage's stack: shows first what will be deleted and what will stay, and asks for the stack's name.
 * @throws CommandFailure if the stack does not exist or is protected
 */
export function destroy(options: StageOptions): Promise<void> {
  return onStage(options, (stage, effects) => destroyStage(stage, options, effects));
}

export async function destroyStage(
  { stackName, cdkOptions }: ChosenStage,
  { dryRun = false, yes = false }: Pick<StageOptions, 'dryRun' | 'yes'>,
  { clients, runCdk }: StageEffects,
): Promise<void> {
  if (!dryRun) requireConfirmable({ yes });
  const stack = await findDeployed(clients, stackName);
  if (stack === undefined) {
    throw new CommandFailure(`there is no stack ${stackName} in this account and Region; nothing was destroyed`);
  }
  const [data, buckets] = await Promise.all([readData(clients, stack), countBuckets(clients, stack)]);
  note(destroyText({ stack, data, buckets }));
  const refusal = destroyRefusal(stack, data);
  if (refusal !== undefined) throw new CommandFailure(refusal);
  if (dryRun) return;
  if (!(await confirmByName('To destroy it, type the name of the stack:', stackName, { yes }))) {
    note('nothing was destroyed\n');
    return;
  }
  await runCdk(['destroy', stackName, ...cdkOptions, '--force']);
  print(leftText({ stack, data, buckets }));
}

/** What is known before a stack is destroyed. */
interface DestroyFacts {
  readonly stack: DeployedStack;
  readonly data: readonly DataHolder[];
  /** Buckets with names like those of this stack. */
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

/** What will be deleted and what will stay: shown before the question. */
function destroyText({ stack, data, buckets }: DestroyFacts): string {
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
      ...(isForeign ? [['  stays', 'table', outputs.UsersTableName ?? '', 'the stack only uses it']] : []),
      ['  stays', 'buckets', `${outputs.BucketNamePrefix ?? ''}…`, `${count(buckets, 'bucket')} of users`],
    ]) +
    'The buckets belong to no stack: they stay with everything in them, and you keep paying for them. The number includes\n' +
    'buckets of other stages with this prefix, in this account and Region.\n' +
    destroyWarnings({ stack, data })
      .map((warning) => display`! ${warning}\n`)
      .join('')
  );
}

/** What will be lost for good, one line each. */
function destroyWarnings({ stack, data }: Pick<DestroyFacts, 'stack' | 'data'>): string[] {
  const lost = (kind: DataHolder['kind']) =>
    data.reduce((sum, holder) => sum + (holder.kind === kind && !holder.isKept ? (holder.holds ?? 0) : 0), 0);
  const [waiting, deadLetters, rows] = [lost('queue'), lost('dead-letter queue'), lost('table')];
  return [
    ...(rows > 0 ? [`the only record of about ${count(rows, 'user')} and their buckets will be lost`] : []),
    ...(waiting > 0 ? [`${count(waiting, 'event')} not handled yet will be lost`] : []),
    ...(deadLetters > 0
      ? [
          `${count(deadLetters, 'dead letter')} will be lost: ${pipelineCommand('dlq list', { stack: stack.name })} shows them`,
        ]
      : []),
  ];
}

/** Why the stack cannot be destroyed, and what to do; undefined if it can. */
function destroyRefusal(stack: DeployedStack, data: readonly DataHolder[]): string | undefined {
  const { name, isProtected, status } = stack;
  if (isProtected) {
    return `the stack ${name} is protected against deletion; to remove the protection: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}, then destroy again`;
  }
  if (isChanging(stack))
    return `the stack ${name} is being changed (${status}); wait until that is done, then destroy again`;
  const table = data.find((holder) => holder.isProtected && !holder.isKept);
  if (table !== undefined) {
    return `the table ${table.name} is protected against deletion, so CloudFormation would fail; to remove the protection: ${unprotect(table.name)}, then destroy again`;
  }
  return undefined;
}

function unprotect(table: string): string {
  return `aws dynamodb update-table --no-deletion-protection-enabled --table-name ${table}`;
}

/** What is left and how to delete it: shown afterwards. */
function leftText({ stack, data, buckets }: DestroyFacts): string {
  const kept = data.filter(({ isKept }) => isKept);
  const keptText =
    kept.length === 0
      ? ''
      : `Left outside of any stack, each with the command that deletes it for good:\n${columns(kept.map((holder) => [`  ${holder.kind}`, holder.name, DELETE[holder.kind](holder)]))}` +
        `Before you deploy this stage again, delete the bus, since its name is taken, or import it with npx cdk import.\n`;
  const bucketText =
    buckets === 0
      ? ''
      : `${count(buckets, 'bucket')} of users are left. To list them, with those of other stages:\n` +
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
