import type { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { CommandFailure } from '../../../operations/messages/errors.ts';
import type { ChosenStage, StageOptions } from '../../deployment/chosen-stage.ts';
import { findBootstrapped, findDeployed, type Place } from '../../deployment/deployed-stack.ts';
import { readData } from '../../deployment/stack-data.ts';
import { type StageEffects, withStage } from '../../deployment/with-stage.ts';
import { confirm, requireConfirmable } from '../../output/confirm.ts';
import { note, print } from '../../output/output.ts';
import { columns } from '../../output/table-text.ts';
import { type DeployFacts, deployText } from './deploy-plan.ts';
import { judgePlace, judgeTable, readTable } from './existing-table.ts';

export interface DeployOptions extends StageOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/**
 * Deploys a stage: looks first whether it can work, says what will happen, asks, and leaves the rest to the CDK CLI.
 * @throws CommandFailure for a config, an account or a table that it cannot work with, with what to do
 */
export function deploy(options: DeployOptions): Promise<void> {
  return withStage(options, (stage, effects) => deployStage(stage, options, effects));
}

export async function deployStage(
  stage: ChosenStage,
  { dryRun = false, yes = false }: Pick<DeployOptions, 'dryRun' | 'yes'>,
  { clients, runCdk }: StageEffects,
): Promise<void> {
  const { config, stackName, cdkOptions } = stage;
  if (!dryRun) requireConfirmable({ yes });
  const place = await findBootstrapped(clients);
  const viewType = await checkTable(stage, place, clients);
  const deployed = await findDeployed(clients, stackName);
  if (deployed?.status.endsWith('_IN_PROGRESS') && deployed.status !== 'REVIEW_IN_PROGRESS') {
    throw new CommandFailure(
      `the stack ${stackName} is being changed (${deployed.status}); wait for its end, then this again`,
    );
  }
  const data = deployed ? await readData(clients, deployed, ['table']) : [];
  const facts: DeployFacts = { config, stackName, place, deployed, data, ...(viewType !== undefined && { viewType }) };
  note(deployText(facts));
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

/** @returns the view type of the stream of a table that is there already @throws CommandFailure for one that will not do */
async function checkTable({ config }: ChosenStage, place: Place, clients: AwsClients): Promise<string | undefined> {
  const { existingTable, userIdAttribute } = config;
  if (existingTable === undefined) return undefined;
  const wanted = { existingTable, userIdAttribute };
  const misplaced = judgePlace(wanted, place);
  const table = misplaced.length === 0 ? await readTable(clients, wanted) : undefined;
  const problems = misplaced.length > 0 ? misplaced : judgeTable(wanted, table);
  if (problems.length === 0) return table?.StreamSpecification?.StreamViewType;
  const lines = problems.map(({ problem, mend }) => `${problem}\n  ${mend}`);
  throw new CommandFailure(`${existingTable.tableArn} will not do, and nothing was deployed:\n${lines.join('\n')}`);
}

function nextSteps(stackName: string, hasExistingTable: boolean): string {
  const steps = [
    [`  npx pipeline register alice --wait --stack ${stackName}`, 'sign up, and see the bucket'],
    [`  npx pipeline doctor --stack ${stackName}`, 'whether all is well'],
    ...(hasExistingTable
      ? [[`  npx pipeline reconcile --stack ${stackName}`, 'who has no bucket yet; with --fix they get one']]
      : []),
  ];
  return `Deployed. Next:\n${columns(steps)}`;
}
