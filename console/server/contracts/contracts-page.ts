import { askTime } from '../../../operations/aws/pipeline-time.ts';
import { pipelineCommand } from '../../../operations/aws/target.ts';
import {
  type ContractVersion,
  compareContracts,
  listContracts,
  RELEASED,
  STATE_TEXTS,
} from '../../../operations/contracts/index.ts';
import { onStack } from '../../../operations/deployed/stack.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import type { ContractComparisonView, ContractsPage, ContractView } from '../../contract/contracts.ts';
import type { Asked } from '../route.ts';

/** The contracts as the files have them now, and the rules of the bus that take them. */
export async function readContractsPage({ target, signal }: Asked): Promise<ContractsPage> {
  const versions = await onStack(target, (on) => listContracts(on, signal));
  return {
    now: await askTime(target),
    versions: versions.map((version) => viewVersion(version, versions)),
    command: pipelineCommand('contracts list', target),
  };
}

function viewVersion({ subscribers, ...version }: ContractVersion, all: readonly ContractVersion[]): ContractView {
  return {
    ...version,
    stateText: STATE_TEXTS[version.state],
    subscribers: subscribers.map(({ who, kind, isEnabled, condition, skipsReplays }) => {
      return { who, isOwn: kind === 'subscriber', isEnabled, condition, skipsReplays };
    }),
    comparable: all
      .filter(({ type }) => type === version.type)
      .flatMap(({ name, state }) => (state === 'not released' ? [name] : [name + RELEASED, name])),
  };
}

/** Two versions compared. @throws UsageError for versions that there are not */
export async function compareVersions({ query }: Asked): Promise<ContractComparisonView> {
  const [older, newer] = [query.get('older') ?? '', query.get('newer') ?? ''];
  if (older === '' || newer === '') throw new UsageError('name two versions to compare');
  return { ...(await compareContracts(older, newer)), command: `npx pipeline contracts compare ${older} ${newer}` };
}
