import { EventBridgeClient, ListTargetsByRuleCommand, type Target } from '@aws-sdk/client-eventbridge';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { ifFound } from '../aws/aws-failure.ts';
import { ruleConditionText } from '../deployed/rule-condition.ts';
import { queueName, ruleOfArn } from '../deployed/subscribers.ts';
import { type Check, type FixCommands, findingsAbout, type HealthFinding } from './check.ts';

/** A subscriber's rule, and where it should send events. */
export interface RuleFacts {
  readonly subscriber: string;
  readonly bus: string;
  readonly rule: string;
  /** Undefined if the rule does not exist. */
  readonly state: string | undefined;
  readonly targets: readonly Pick<Target, 'Id' | 'Arn' | 'DeadLetterConfig'>[];
  readonly queueArn: string;
  readonly dlqArn: string;
}

/** Whether each subscriber's rule sends events to its queue, and failed deliveries to its dead-letter queue. */
export const rules: Check = {
  name: 'rule',
  async run({ deployed, fixes }) {
    const events = deployed.clients.of(EventBridgeClient);
    return Promise.all(
      deployed.subscribers.map(async (subscriber) => {
        const { bus, name } = ruleOfArn(subscriber.ruleArn);
        const targets = events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName: bus }));
        const [rule, listed] = await Promise.all([deployed.rule(subscriber), ifFound(targets)]);
        const facts = {
          subscriber: subscriber.name,
          bus,
          rule: name,
          state: rule && (rule.State || 'unknown'),
          targets: listed?.Targets ?? [],
          queueArn: deployed.queueArn(queueName(subscriber.queueUrl)),
          dlqArn: deployed.queueArn(queueName(subscriber.dlqUrl)),
        };
        return ruleFinding(facts, fixes);
      }),
    );
  },
};

export function ruleFinding(facts: RuleFacts, fixes: FixCommands): HealthFinding {
  const { subscriber, bus, rule, state, targets, queueArn, dlqArn } = facts;
  const { ok, problem, repairable } = findingsAbout(rules.name, subscriber);
  if (state === undefined) return problem(`the rule ${rule} does not exist: it gets no events`, fixes.recreate());
  if (state !== 'ENABLED') {
    const detail = `its rule is ${state}: it gets no events; a replay can deliver the missed ones`;
    return repairable(detail, { does: 'enable-rule', rule, bus }, fixes);
  }
  const target = targets.find(({ Arn }) => Arn === queueArn);
  const wanted = [{ Id: target?.Id ?? 'Target0', Arn: queueArn, DeadLetterConfig: { Arn: dlqArn } }];
  const put = { does: 'put-targets', rule, bus, targets: wanted } as const;
  if (target === undefined) return repairable('its rule does not send to its queue: it gets no events', put, fixes);
  if (target.DeadLetterConfig?.Arn !== dlqArn) {
    return repairable('its rule has no dead-letter queue: an event that cannot be delivered is lost', put, fixes);
  }
  return ok('its rule is enabled, with its queue and its dead-letter queue');
}

/** Versions of the event contracts, by the event's name, in rising order. */
type KnownVersions = Readonly<Record<string, readonly number[]>>;

/** What a pipe publishes. */
export interface PublishedVersion {
  readonly pipe: string;
  readonly detailType: string;
  /** Undefined if the pipe's template has none. */
  readonly version: number | undefined;
}

/** What a rule's pattern asks for. */
export interface RequestedVersions {
  readonly detailTypes: readonly string[];
  /** Undefined for any. */
  readonly versions: readonly number[] | undefined;
  /** Which of them by their content, in words. @default '' all */
  readonly condition?: string;
}

/** Whether pipes, rules and this checkout agree on the versions of the events. */
export const schemaVersions: Check = {
  name: 'schema versions',
  async run({ deployed, fixes }) {
    const known = knownVersions();
    const pipes = await deployed.pipes();
    const published = pipes.flatMap(({ name, found }): PublishedVersion[] => {
      if (found === undefined) return [];
      const { InputTemplate = '', EventBridgeEventBusParameters: to } = found.TargetParameters ?? {};
      return [{ pipe: name, detailType: to?.DetailType ?? '', version: versionIn(InputTemplate) }];
    });
    const ofRules = await Promise.all(
      deployed.subscribers.map(async (subscriber) => {
        const rule = await deployed.rule(subscriber);
        if (rule === undefined) return [];
        const requested = { subscriber: subscriber.name, ...requestedVersions(rule.EventPattern) };
        return [ruleVersionFinding(requested, published, known, fixes)];
      }),
    );
    return [...published.map((each) => pipeVersionFinding(each, known, fixes)), ...ofRules.flat()];
  },
};

export function pipeVersionFinding(
  { pipe, detailType, version }: PublishedVersion,
  known: KnownVersions,
  fixes: FixCommands,
): HealthFinding {
  const { ok, warning, problem } = findingsAbout(schemaVersions.name, pipe);
  const versions = known[detailType] ?? [];
  const newest = versions.at(-1);
  const detail = `it publishes ${detailType} version ${version ?? 'without a number'}`;
  if (newest === undefined) return problem(`${detail}, an event that this checkout does not know`, fixes.deploy());
  if (version === newest) return ok(`${detail}, the newest`);
  if (version !== undefined && version > newest) {
    return problem(`${detail}, but this checkout is older than the deployed version`, 'git pull');
  }
  const isKnown = version !== undefined && versions.includes(version);
  return (isKnown ? warning : problem)(`${detail}; the newest here is ${newest}`, fixes.deploy());
}

/** A rule that asks for a version which is no longer published needs a deployment. */
export function ruleVersionFinding(
  { subscriber, detailTypes, versions, condition = '' }: RequestedVersions & { readonly subscriber: string },
  published: readonly PublishedVersion[],
  known: KnownVersions,
  fixes: FixCommands,
): HealthFinding {
  const { ok, problem } = findingsAbout(schemaVersions.name, subscriber);
  const events = detailTypes.join(', ');
  const chosen = condition === '' ? '' : `, where ${condition}`;
  if (versions === undefined) return ok(`its rule takes ${events} of any version${chosen}`);
  const detail = `its rule takes only ${events} of version ${versions.join(', ')}${chosen}`;
  const live = detailTypes.flatMap((type): readonly number[] => {
    const all = known[type] ?? [];
    const ofPipe = published.find(({ detailType }) => detailType === type);
    return ofPipe === undefined ? all : all.filter((version) => version === ofPipe.version);
  });
  if (live.some((version) => versions.includes(version))) return ok(detail);
  return problem(
    `${detail}, which is not published: it gets no events`,
    `set schemaVersion in services/${subscriber}/subscription.ts to ${live.at(-1) ?? 'a published version'}, then: ${fixes.deploy()}`,
  );
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
export function requestedVersions(pattern = '{}'): RequestedVersions {
  const { 'detail-type': detailTypes = [], detail } = JSON.parse(pattern) as {
    'detail-type'?: readonly string[];
    detail?: { metadata?: { schemaVersion?: readonly number[] } };
  };
  return { detailTypes, versions: detail?.metadata?.schemaVersion, condition: ruleConditionText(pattern) };
}
