import type { PipelineConfig } from '../../../cdk/config.ts';
import { gapLines } from '../../../cdk/region-gaps.ts';
import { display } from '../../../operations/messages/display.ts';
import type { DeployedStack, Place } from '../../deployment/deployed-stack.ts';
import type { DataHolder } from '../../deployment/stack-data.ts';
import { columns } from '../../output/output.ts';

/** What is known before a deployment. */
export interface DeployFacts {
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
export function deployText(facts: DeployFacts): string {
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
export function deployWarnings(facts: DeployFacts): string[] {
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
