import type { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import { findBootstrapped, findDeployed, isChanging, type Place } from '../../deployment/deployed-stack.ts';
import { readData } from '../../deployment/stack-data.ts';
import { type ChosenStage, onStage, type StageEffects } from '../../deployment/stage.ts';
import type { StageOptions } from '../../deployment/stage-options.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { columns, note, print } from '../../output/output.ts';
import { deployText } from './deploy-plan.ts';
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
    note('Nothing was deployed.\n');
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
