import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { isObject } from '../core/json-text.ts';
import {
  compileEventPattern,
  type EventMatcher,
  InvalidEventPatternError,
  TOO_COMPLEX,
} from '../event-pattern/index.ts';
import { busIn, patternText } from './bus-api.ts';
import { type Buses, type Rule, type RuleProps, type Rules, ruleArn } from './buses.ts';
import {
  type EventBridgeOperations,
  type EventBridgeRequest,
  invalid,
  listing,
  membersOf,
  nameIn,
  optionalText,
  prefixIn,
  textIn,
} from './event-bridge-request.ts';
import { describeTarget, type TargetRequest, toTarget, whyUnsupported } from './rule-targets.ts';
import type { RuleTarget } from './targets/target.ts';

/** Source: EventBridge API reference (PutRule, PutTargets) and user guide, eb-quota. */
const MAX_RULES = 300;
const MAX_PATTERN_CHARS = 4096;
const MAX_DESCRIPTION_CHARS = 512;
const MAX_ARN_CHARS = 1600;
const MAX_TARGETS_IN_CALL = 10;
const MAX_TARGETS_OF_RULE = 5;
const MAX_IDS_IN_CALL = 100;
/** Members of PutRule that AWS accepts and that would have no effect here. */
const UNSUPPORTED = ['ScheduleExpression', 'RoleArn', 'Tags'];
/** TestEventPattern requires these, and against the API reference not `resources` (recorded on AWS). */
const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** Rules and their targets by API. */
export function ruleOperations(account: Account, buses: Buses, rules: Rules): EventBridgeOperations {
  /** @param member holds the rule's name @throws AwsError if there is no such rule, or no such bus */
  const findRule = (request: EventBridgeRequest, member: 'Name' | 'Rule'): Rule => {
    const name = nameIn(request, member);
    const bus = busIn(buses, request);
    const rule = bus.rules.get(name);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus.name}.`);
  };
  const change = ({ matches: _matches, template: _template, ...props }: Rule, changes: Partial<RuleProps>) => {
    rules.change({ ...props, ...changes });
    return {};
  };
  return {
    PutRule: (request) => {
      const props = toRule(request, account, buses);
      rules.change(props);
      return { RuleArn: props.arn };
    },
    DeleteRule: (request) => {
      const bus = busIn(buses, request);
      // A rule that does not exist counts as deleted.
      const rule = bus.rules.get(nameIn(request, 'Name'));
      if (rule && rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      if (rule) rules.remove(bus.name, rule.name);
      return {};
    },
    EnableRule: (request) => change(findRule(request, 'Name'), { isEnabled: true }),
    DisableRule: (request) => change(findRule(request, 'Name'), { isEnabled: false }),
    DescribeRule: (request) => ({ ...describeRule(findRule(request, 'Name')), CreatedBy: account.id }),
    ListRules: (request) => {
      const prefix = prefixIn(request);
      const all = [...busIn(buses, request).rules.values()].filter(({ name }) => name.startsWith(prefix));
      return listing(request, 'Rules', { all, nameOf: ({ name }) => name, describe: describeRule });
    },
    ListRuleNamesByTarget: (request) => {
      const target = textIn(request, 'TargetArn', MAX_ARN_CHARS);
      const sendsThere = ({ targets }: Rule) => targets.some(({ arn }) => arn === target);
      const all = [...busIn(buses, request).rules.values()].filter(sendsThere);
      return listing(request, 'RuleNames', { all, nameOf: ({ name }) => name, describe: ({ name }) => name });
    },
    TestEventPattern: (request) => {
      const matches = patternIn(textIn(request, 'EventPattern', MAX_PATTERN_CHARS));
      return { Result: matches(eventIn(request)) };
    },
    PutTargets: (request) => {
      const rule = findRule(request, 'Rule');
      const wanted = listIn<TargetRequest>(request, 'Targets', MAX_TARGETS_IN_CALL);
      for (const [index, target] of wanted.entries()) checkId(target, index);
      const failed = wanted.flatMap((target) => failedEntry(target.Id, 'ValidationException', whyUnsupported(target)));
      const good = wanted.filter(({ Id }) => !failed.some(({ TargetId }) => TargetId === Id)).map(toTarget);
      // A target of the same id replaces the earlier one.
      const targets = new Map([...rule.targets, ...good].map((target): [string, RuleTarget] => [target.id, target]));
      if (targets.size > MAX_TARGETS_OF_RULE) throw limitExceeded();
      if (good.length > 0) change(rule, { targets: [...targets.values()] });
      return { FailedEntryCount: failed.length, FailedEntries: failed };
    },
    RemoveTargets: (request) => {
      const rule = findRule(request, 'Rule');
      const ids = listIn<string>(request, 'Ids', MAX_IDS_IN_CALL);
      const failed = ids.flatMap((id) => {
        const exists = rule.targets.some((target) => target.id === id);
        const reason = exists ? undefined : `Rule '${rule.name}' does not have a target with the Id '${id}'.`;
        return failedEntry(id, 'ResourceNotFoundException', reason);
      });
      const targets = rule.targets.filter(({ id }) => !ids.includes(id));
      if (targets.length < rule.targets.length) change(rule, { targets });
      return { FailedEntryCount: failed.length, FailedEntries: failed };
    },
    ListTargetsByRule: (request) => {
      return listing(request, 'Targets', {
        all: findRule(request, 'Rule').targets,
        nameOf: ({ id }) => id,
        describe: describeTarget,
      });
    },
  };
}

function toRule(request: EventBridgeRequest, account: Account, buses: Buses): RuleProps {
  const name = nameIn(request, 'Name');
  const unsupported = UNSUPPORTED.find((member) => request[member] !== undefined);
  if (unsupported !== undefined) throw invalid(`The local engine does not support rules with ${unsupported}.`);
  const pattern = optionalText(request, 'EventPattern', MAX_PATTERN_CHARS);
  if (pattern === undefined) throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  patternIn(pattern);
  const description = optionalText(request, 'Description', MAX_DESCRIPTION_CHARS);
  const isEnabled = membersOf(request).oneOf('State', ['ENABLED', 'DISABLED']) !== 'DISABLED';
  const bus = busIn(buses, request);
  const before = bus.rules.get(name);
  if (before === undefined && bus.rules.size >= MAX_RULES) throw limitExceeded();
  return {
    name,
    arn: ruleArn(account, bus.name, name),
    busName: bus.name,
    pattern,
    isEnabled,
    ...(description !== undefined && { description }),
    targets: before?.targets ?? [],
  };
}

/** As ListRules answers. */
function describeRule({ name, arn, busName, pattern, isEnabled, description }: Rule): object {
  return {
    Name: name,
    Arn: arn,
    EventBusName: busName,
    EventPattern: patternText(pattern),
    State: isEnabled ? 'ENABLED' : 'DISABLED',
    ...(description !== undefined && { Description: description }),
  };
}

function patternIn(text: string): EventMatcher {
  try {
    return compileEventPattern(text);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    const { path, problem } = error;
    // AWS adds the place in a second line, by its column in the text, but not to "too complex".
    const place = path === '' || problem === TOO_COMPLEX ? '' : `\n at ${path}`;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${problem}${place}`);
  }
}

/** @throws AwsError: AWS does not say what is wrong, neither for invalid JSON nor for missing fields */
function eventIn(request: EventBridgeRequest): object {
  let event: unknown;
  try {
    event = JSON.parse(textIn(request, 'Event', Number.POSITIVE_INFINITY));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (isObject(event) && EVENT_FIELDS.every((field) => Object.hasOwn(event, field))) return event;
  throw invalid('Parameter Event is not valid.');
}

/** The error names the target by its place in the list, from 1 on (recorded on AWS in 2024). */
function checkId({ Id }: TargetRequest, index: number): void {
  const place = `targets.${index + 1}.member.id`;
  nameIn({ [place]: Id }, place);
}

function listIn<T>(request: EventBridgeRequest, member: string, most: number): readonly T[] {
  const list = request[member];
  if (Array.isArray(list) && list.length >= 1 && list.length <= most) return list;
  throw membersOf(request).refusal(member, `Member must be a list of 1 to ${most} items`);
}

function failedEntry(TargetId: string, ErrorCode: string, ErrorMessage: string | undefined) {
  return ErrorMessage === undefined ? [] : [{ TargetId, ErrorCode, ErrorMessage }];
}

function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}
