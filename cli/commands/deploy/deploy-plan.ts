import type { PipelineConfig } from '../../../cdk/config.ts';
import { gapLines } from '../../../cdk/region-gaps.ts';
import { display } from '../../../operations/messages/display.ts';
import type { DeployedStack, Place } from '../../deployment/deployed-stack.ts';
import type { DataHolder } from '../../deployment/stack-data.ts';
import { columns } from '../../output/table-text.ts';

/** What is known before a deployment. */
export interface DeployFacts {
  readonly config: PipelineConfig;
  readonly stackName: string;
  readonly place: Place;
  /** Undefined if there is no such stack yet. */
  readonly deployed: DeployedStack | undefined;
  /** The deployed stack's own table; empty if it has none. */
  readonly data: readonly DataHolder[];
  /** The view type of an existing table's stream. */
  readonly viewType?: string;
}

/** What a deployment will do, for the person who is asked. */
export function deployText(facts: DeployFacts): string {
  const { config, stackName, place, deployed } = facts;
  const rows = [
    ['  stack', deployed ? `is there (${deployed.status}): what has changed is changed` : 'is new'],
    ['  table', tableText(facts)],
    ['  data', config.removalPolicy === 'retain' ? RETAINED : DESTROYED],
    ['  deletion', config.terminationProtection ? 'CloudFormation refuses it (terminationProtection)' : 'is possible'],
  ];
  const warnings = deployWarnings(facts).map((warning) => display`! ${warning}\n`);
  return (
    `Stage ${config.stage}: the stack ${stackName} in account ${place.account}, ${place.region}\n` +
    columns(rows) +
    warnings.join('')
  );
}

const RETAINED = 'stays when the stack is deleted (removalPolicy retain)';
const DESTROYED = 'is deleted with the stack, but for the buckets of users (removalPolicy destroy)';

function tableText({ config: { existingTable, userIdAttribute }, data, viewType }: DeployFacts): string {
  if (existingTable !== undefined) {
    return `${nameIn(existingTable.tableArn)}, which is there already (key ${userIdAttribute}, stream shows ${viewType})`;
  }
  return ownTable(data)?.name ?? `the stack makes one (key ${userIdAttribute})`;
}

/** What a person may not have meant, one line each. */
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
    warnings.push(`the stack's own table ${own.name} leaves it, for ${wanted}; it ${fate(own)}`);
  } else if (wanted === undefined && own === undefined && outputs.UsersTableName !== undefined) {
    const keep = 'give -c tableArn=… -c tableStreamArn=…, or write both into the stage in cdk.json';
    warnings.push(
      `who signs up in ${outputs.UsersTableName} gets no bucket any more: the stack makes a table of its own; to keep it, ${keep}`,
    );
  } else if (wanted !== undefined && outputs.UsersTableName !== undefined && wanted !== outputs.UsersTableName) {
    warnings.push(`who signs up in ${outputs.UsersTableName} gets no bucket any more: the pipe will read ${wanted}`);
  } else if (own !== undefined && differs(outputs.UserIdAttribute, config.userIdAttribute)) {
    warnings.push(`another key (${config.userIdAttribute}) makes a new, empty table; ${own.name} ${fate(own)}`);
  }
  if (
    differs(outputs.BucketNamePrefix, config.bucketNamePrefix) ||
    differs(outputs.BucketNamespace, config.bucketNamespace)
  ) {
    warnings.push('buckets get other names from now on: a registration that is replayed gets a second bucket');
  }
  return warnings;
}

function fate({ isKept, holds }: DataHolder): string {
  return isKept
    ? 'stays, outside of the stack'
    : `is DELETED${holds === undefined ? '' : `, with about ${holds} rows`}`;
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
