import type { PipelineConfig } from '../../../cdk/config.ts';
import { gapLines } from '../../../cdk/region-gaps.ts';
import type { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { display } from '../../../operations/messages/display.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import {
  type DeployedStack,
  findBootstrapped,
  findDeployed,
  isChanging,
  type Place,
} from '../../deployment/deployed-stack.ts';
import { type DataHolder, readData } from '../../deployment/stack-data.ts';
import { type ChosenStage, onStage, type StageEffects } from '../../deployment/stage.ts';
import type { StageOptions } from '../../deployment/stage-options.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { columns, note, print } from '../../output/output.ts';
import { findKeyAndStreamProblems, findPlaceProblems, readTable } from './existing-table.ts';

/**
 * Deploys a stage: checks first whether it can work, shows what will happen, asks, and runs the CDK CLI.
 * @throws CommandFailure for a config, an account or a table that does not work, with what to do
 */
export function deploy(options: StageOptions): Promise<void> {
  return onStage(options, (stage, effects) => deployStage(stage, options, effects));
}

export async function deployStage(
  stage: ChosenStage,
  { dryRun = false, yes = false }: Pick<StageOptions, 'dryRun' | 'yes'>,
  { clients, runCdk }: StageEffects,
): Promise<void> {
  const { config, stackName, cdkOptions } = stage;
  if (!dryRun) requireConfirmable({ yes });
  const place = await findBootstrapped(clients);
  const viewType = await checkTable(stage, place, clients);
  const deployed = await findDeployed(clients, stackName);
  if (deployed && isChanging(deployed)) {
    throw new CommandFailure(
      `the stack ${stackName} is being changed (${deployed.status}); wait until that is done, then deploy again`,
    );
  }
  const data = deployed ? await readData(clients, deployed, ['table']) : [];
  note(deployText({ config, stackName, place, deployed, data, ...(viewType !== undefined && { viewType }) }));
  if (dryRun) return;
  if (!(await confirm('Deploy it?', { yes }))) {
    note('nothing was deployed\n');
    return;
  }
  await runCdk(['deploy', stackName, ...cdkOptions, '--require-approval', yes ? 'never' : 'broadening']);

  const { outputs = {} } = (await findDeployed(clients, stackName)) ?? {};
  print(columns(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1))));
  note(nextSteps(stackName, config.existingTable !== undefined));
}

/** @returns the view type of an existing table's stream @throws CommandFailure for a table that the pipeline cannot use */
async function checkTable({ config }: ChosenStage, place: Place, clients: AwsClients): Promise<string | undefined> {
  const { existingTable, userIdAttribute } = config;
  if (existingTable === undefined) return undefined;
  const wanted = { existingTable, userIdAttribute };
  const misplaced = findPlaceProblems(wanted, place);
  const table = misplaced.length === 0 ? await readTable(clients, wanted) : undefined;
  const problems = misplaced.length > 0 ? misplaced : findKeyAndStreamProblems(wanted, table);
  if (problems.length === 0) return table?.StreamSpecification?.StreamViewType;
  const lines = problems.map(({ problem, fix }) => `${problem}\n  ${fix}`);
  throw new CommandFailure(
    `the pipeline cannot use ${existingTable.tableArn}; nothing was deployed:\n${lines.join('\n')}`,
  );
}

function nextSteps(stackName: string, hasExistingTable: boolean): string {
  const steps = [
    [`  npx pipeline register alice --wait --stack ${stackName}`, 'sign up, and see the bucket'],
    [`  npx pipeline doctor --stack ${stackName}`, 'check each part of the pipeline'],
    ...(hasExistingTable
      ? [[`  npx pipeline reconcile --stack ${stackName}`, 'find users without a bucket; --fix creates their buckets']]
      : []),
  ];
  return `Deployed. Next:\n${columns(steps)}`;
}

/** What is known before a deployment. */
interface DeployFacts {
  readonly config: PipelineConfig;
  readonly stackName: string;
  readonly place: Place;
  /** Undefined for a new stack. */
  readonly deployed: DeployedStack | undefined;
  /** The table of the deployed stack; empty if it has none. */
  readonly data: readonly DataHolder[];
  /** The view type of an existing table's stream. */
  readonly viewType?: string;
}

/** What a deployment will do: shown before the question. */
function deployText(facts: DeployFacts): string {
  const { config, stackName, place, deployed } = facts;
  const rows = [
    ['  stack', deployed ? `exists (${deployed.status}) and will be updated` : 'is new'],
    ['  table', tableText(facts)],
    ['  data', config.removalPolicy === 'retain' ? RETAINED : DESTROYED],
    [
      '  deletion',
      config.terminationProtection ? 'is refused by CloudFormation (terminationProtection)' : 'is possible',
    ],
  ];
  const warnings = deployWarnings(facts).map((warning) => display`! ${warning}\n`);
  return (
    `Stage ${config.stage}: the stack ${stackName} in account ${place.account}, ${place.region}\n` +
    columns(rows) +
    warnings.join('')
  );
}

const RETAINED = 'stays when the stack is deleted (removalPolicy retain)';
const DESTROYED = 'is deleted with the stack, except for the buckets of users (removalPolicy destroy)';

function tableText({ config: { existingTable, userIdAttribute }, data, viewType }: DeployFacts): string {
  if (existingTable !== undefined) {
    return `${nameIn(existingTable.tableArn)}, an existing table (key ${userIdAttribute}, stream shows ${viewType})`;
  }
  return ownTable(data)?.name ?? `the stack creates one (key ${userIdAttribute})`;
}

/** What may not be intended, one line each. */
function deployWarnings(facts: DeployFacts): string[] {
  return [...gapLines(facts.place.region, facts.config.bucketNamespace), ...changeWarnings(facts)];
}

function changeWarnings({ config, deployed, data }: DeployFacts): string[] {
  if (deployed === undefined) return [];
  const { outputs } = deployed;
  const wanted = config.existingTable && nameIn(config.existingTable.tableArn);
  const own = ownTable(data);
  const warnings: string[] = [];
  if (wanted !== undefined && own !== undefined) {
    warnings.push(`${wanted} replaces the stack's own table ${own.name}, which ${fate(own)}`);
  } else if (wanted === undefined && own === undefined && outputs.UsersTableName !== undefined) {
    const keep = 'pass -c tableArn=… -c tableStreamArn=…, or write both into the stage in cdk.json';
    warnings.push(
      `new users in ${outputs.UsersTableName} will get no bucket: the stack creates its own table; to keep ${outputs.UsersTableName}, ${keep}`,
    );
  } else if (wanted !== undefined && outputs.UsersTableName !== undefined && wanted !== outputs.UsersTableName) {
    warnings.push(`new users in ${outputs.UsersTableName} will get no bucket: the pipe will read ${wanted}`);
  } else if (own !== undefined && differs(outputs.UserIdAttribute, config.userIdAttribute)) {
    warnings.push(`another key (${config.userIdAttribute}) creates a new, empty table; ${own.name} ${fate(own)}`);
  }
  if (
    differs(outputs.BucketNamePrefix, config.bucketNamePrefix) ||
    differs(outputs.BucketNamespace, config.bucketNamespace)
  ) {
    warnings.push('new buckets get other names: a replayed registration creates a second bucket');
  }
  return warnings;
}

function fate({ isKept, holds }: DataHolder): string {
  return isKept
    ? 'is kept outside of the stack'
    : `will be DELETED${holds === undefined ? '' : `, with about ${holds} rows`}`;
}

function differs(deployed: string | undefined, wanted: string): boolean {
  return deployed !== undefined && deployed !== wanted;
}

function ownTable(data: readonly DataHolder[]): DataHolder | undefined {
  return data.find(({ kind }) => kind === 'table');
}

function nameIn(tableArn: string): string {
  return tableArn.split('/')[1] ?? tableArn;
}
