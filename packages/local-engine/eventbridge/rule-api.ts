import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Rule, RuleProps } from './bus.ts';
import { type Buses, ruleArn } from './buses.ts';
import { describeRule } from './event-bridge-answers.ts';
import {
  busIn,
  invalid,
  membersOf,
  nameIn,
  type Operations,
  optionalText,
  pageOf,
  prefixIn,
  type Request,
  textIn,
} from './event-bridge-request.ts';
import { compileEventPattern, type EventMatcher, InvalidEventPatternError } from './event-pattern/event-pattern.ts';
import { TOO_COMPLEX } from './event-pattern/wildcard-complexity.ts';
import { propsOf, type Rules } from './rules.ts';

/** Source: EventBridge API reference and user guide, eb-quota. */
const MAX_RULES = 300;
const MAX_PATTERN_CHARS = 4096;
const MAX_DESCRIPTION_CHARS = 512;
const MAX_ARN_CHARS = 1600;
/** Of PutRule, which AWS takes and which would have no effect here. */
const UNSUPPORTED = ['ScheduleExpression', 'RoleArn', 'Tags'];
/** An event for TestEventPattern must have these; `resources` is not asked for, against the API reference (recorded on AWS). */
const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

interface RuleApiProps {
  readonly account: Account;
  readonly buses: Buses;
  readonly rules: Rules;
}

/** Rules by API: see target-api.ts for their targets. */
export function ruleOperations({ account, buses, rules }: RuleApiProps): Operations {
  const setState = (request: Request, isEnabled: boolean) => {
    rules.change({ ...propsOf(findRule(buses, request, 'Name')), isEnabled });
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
      // One that is not there counts as deleted.
      const rule = bus.rules.get(nameIn(request, 'Name'));
      if (rule && rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
      if (rule) rules.remove(bus.name, rule.name);
      return {};
    },
    EnableRule: (request) => setState(request, true),
    DisableRule: (request) => setState(request, false),
    DescribeRule: (request) => ({ ...describeRule(findRule(buses, request, 'Name')), CreatedBy: account.id }),
    ListRules: (request) => {
      const prefix = prefixIn(request);
      const all = [...busIn(buses, request).rules.values()].filter(({ name }) => name.startsWith(prefix));
      const { items, more } = pageOf(request, all, ({ name }) => name);
      return { Rules: items.map(describeRule), ...more };
    },
    ListRuleNamesByTarget: (request) => {
      const target = textIn(request, 'TargetArn', MAX_ARN_CHARS);
      const all = [...busIn(buses, request).rules.values()].filter(({ targets }) =>
        targets.some(({ arn }) => arn === target),
      );
      const { items, more } = pageOf(request, all, ({ name }) => name);
      return { RuleNames: items.map(({ name }) => name), ...more };
    },
    TestEventPattern: (request) => {
      const matches = patternIn(textIn(request, 'EventPattern', MAX_PATTERN_CHARS));
      return { Result: matches(eventIn(request)) };
    },
  };
}

/** @param member which holds the rule's name @throws AwsError if there is no such rule, or no such bus */
export function findRule(buses: Buses, request: Request, member: 'Name' | 'Rule'): Rule {
  const name = nameIn(request, member);
  return buses.rule(busIn(buses, request), name);
}

function toRule(request: Request, account: Account, buses: Buses): RuleProps {
  const name = nameIn(request, 'Name');
  const unsupported = UNSUPPORTED.find((member) => request[member] !== undefined);
  if (unsupported !== undefined) throw invalid(`The local engine has no rules with ${unsupported}.`);
  const pattern = optionalText(request, 'EventPattern', MAX_PATTERN_CHARS);
  if (pattern === undefined) throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  patternIn(pattern);
  const description = optionalText(request, 'Description', MAX_DESCRIPTION_CHARS);
  const isEnabled = membersOf(request).oneOf('State', ['ENABLED', 'DISABLED']) !== 'DISABLED';
  const bus = busIn(buses, request);
  const before = bus.rules.get(name);
  if (before === undefined && bus.rules.size >= MAX_RULES) {
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  }
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

function patternIn(text: string): EventMatcher {
  try {
    return compileEventPattern(text);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    const { path, problem } = error;
    // AWS names the place in a second line, by its column in the text, and none for what is too complex.
    const place = path === '' || problem === TOO_COMPLEX ? '' : `\n at ${path}`;
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${problem}${place}`);
  }
}

function eventIn(request: Request): object {
  const text = textIn(request, 'Event', Number.POSITIVE_INFINITY);
  const event = parsed(text);
  const isWhole =
    typeof event === 'object' && event !== null && EVENT_FIELDS.every((field) => Object.hasOwn(event, field));
  if (isWhole) return event;
  // AWS says no more, neither of what is no JSON nor of what is missing.
  throw invalid('Parameter Event is not valid.');
}

/** Undefined for a text that is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
