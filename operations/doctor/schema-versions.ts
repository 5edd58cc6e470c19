import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'schema versions';

/** Versions of the event contracts, by the event's name, in rising order. */
export type KnownVersions = Readonly<Record<string, readonly number[]>>;

/** What the pipe publishes, or a rule asks for. */
export interface PipeVersion {
  readonly pipe: string;
  readonly detailType: string;
  /** Undefined if its template says none. */
  readonly version: number | undefined;
}

export interface RuleVersions {
  readonly subscriber: string;
  /** Events that it asks for. */
  readonly detailTypes: readonly string[];
  /** Versions that it asks for; undefined for any. */
  readonly versions: readonly number[] | undefined;
}

/** Whether producer, rules and this checkout agree on the versions of the events. */
export const schemaVersions: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const known = knownVersions();
    const pipe = await deployed.pipe();
    const { InputTemplate = '', EventBridgeEventBusParameters: to } = pipe?.TargetParameters ?? {};
    const published = {
      pipe: deployed.output('PipeName'),
      detailType: to?.DetailType ?? '',
      version: versionIn(InputTemplate),
    };
    const rules = await Promise.all(
      deployed.subscribers.map(async (subscriber) => {
        const rule = await deployed.rule(subscriber);
        return (
          rule &&
          judgeRuleVersions({ subscriber: subscriber.name, ...askedFor(rule.EventPattern) }, published, known, mends)
        );
      }),
    );
    const ofPipe = pipe === undefined ? [] : [judgePipeVersion(published, known, mends)];
    return [...ofPipe, ...rules.filter((finding) => finding !== undefined)];
  },
};

export function judgePipeVersion(
  { pipe: subject, detailType, version }: PipeVersion,
  known: KnownVersions,
  mends: Mends,
): Finding {
  const about = { check: NAME, subject };
  const versions = known[detailType] ?? [];
  const newest = versions.at(-1);
  const detail = `it publishes ${detailType} version ${version ?? 'of no number'}`;
  if (version === newest && newest !== undefined) return { ...about, status: 'ok', detail: `${detail}, the newest` };
  if (newest === undefined) {
    return {
      ...about,
      status: 'problem',
      detail: `${detail}, an event that this checkout does not know`,
      mend: mends.deploy(),
    };
  }
  if (version !== undefined && version > newest) {
    const told = `${detail}, which this checkout does not know: it is older than what is deployed`;
    return { ...about, status: 'problem', detail: told, mend: 'git pull' };
  }
  const isKnown = version !== undefined && versions.includes(version);
  const told = `${detail}; the newest here is ${newest}`;
  return { ...about, status: isKnown ? 'warning' : 'problem', detail: told, mend: mends.deploy() };
}

/** A rule that asks for a version is to be deployed anew when nobody publishes that version any more. */
export function judgeRuleVersions(
  { subscriber: subject, detailTypes, versions }: RuleVersions,
  published: PipeVersion,
  known: KnownVersions,
  mends: Mends,
): Finding {
  const about = { check: NAME, subject };
  const events = detailTypes.join(', ');
  if (versions === undefined) return { ...about, status: 'ok', detail: `its rule takes ${events} of any version` };
  const told = `its rule takes ${events} of version ${versions.join(', ')} alone`;
  const live = detailTypes.flatMap((type): readonly number[] => {
    const all = known[type] ?? [];
    return type === published.detailType ? all.filter((version) => version === published.version) : all;
  });
  if (live.some((version) => versions.includes(version))) return { ...about, status: 'ok', detail: told };
  const detail = `${told}, and nobody publishes that: it gets no events`;
  const mend = `set schemaVersion in services/${subject}/subscription.ts to ${live.at(-1) ?? 'one that is published'}, then: ${mends.deploy()}`;
  return { ...about, status: 'problem', detail, mend };
}

function knownVersions(): KnownVersions {
  const byEvent = Map.groupBy(eventContracts, ({ detailType }) => detailType);
  return Object.fromEntries(
    [...byEvent].map(([event, contracts]) => [
      event,
      contracts.map(({ schemaVersion }) => schemaVersion).sort((a, b) => a - b),
    ]),
  );
}

/** The version that a pipe's input template writes into each event. */
export function versionIn(inputTemplate: string): number | undefined {
  const [, version] = /"schemaVersion"\s*:\s*(\d+)/.exec(inputTemplate) ?? [];
  return version === undefined ? undefined : Number(version);
}

/** The events and versions that a rule's pattern asks for. */
export function askedFor(pattern = '{}'): Omit<RuleVersions, 'subscriber'> {
  const { 'detail-type': detailTypes = [], detail } = JSON.parse(pattern) as {
    'detail-type'?: readonly string[];
    detail?: { metadata?: { schemaVersion?: readonly number[] } };
  };
  return { detailTypes, versions: detail?.metadata?.schemaVersion };
}
