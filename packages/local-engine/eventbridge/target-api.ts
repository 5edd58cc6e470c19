import { AwsError } from '../core/aws-error.ts';
import type { Buses } from './buses.ts';
import type { RuleTarget } from './delivery.ts';
import { membersOf, nameIn, type Operations, pageOf, type Request } from './event-bridge-request.ts';
import { findRule } from './rule-api.ts';
import { describeTarget, type TargetRequest, toTarget, whyUnsupported } from './rule-targets.ts';
import { propsOf, type Rules } from './rules.ts';

/** Source: EventBridge API reference, PutTargets; user guide, eb-quota. */
const MAX_TARGETS_IN_CALL = 10;
const MAX_TARGETS_OF_RULE = 5;
const MAX_IDS_IN_CALL = 100;

interface FailedEntry {
  readonly TargetId: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** The targets of rules by API. */
export function targetOperations({ buses, rules }: { buses: Buses; rules: Rules }): Operations {
  const setTargets = (request: Request, targets: readonly RuleTarget[]) =>
    rules.change({ ...propsOf(findRule(buses, request, 'Rule')), targets });
  return {
    PutTargets: (request) => {
      const rule = findRule(buses, request, 'Rule');
      const wanted = listIn<TargetRequest>(request, 'Targets', MAX_TARGETS_IN_CALL);
      for (const [index, target] of wanted.entries()) checkId(target, index);
      const failed = wanted.flatMap((target) => failedEntry(target.Id, 'ValidationException', whyUnsupported(target)));
      const good = wanted.filter(({ Id }) => !failed.some(({ TargetId }) => TargetId === Id)).map(toTarget);
      // A target of the same id is another version of it.
      const targets = new Map([...rule.targets, ...good].map((target) => [target.id, target]));
      if (targets.size > MAX_TARGETS_OF_RULE) {
        throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      }
      if (good.length > 0) setTargets(request, [...targets.values()]);
      return answer(failed);
    },
    RemoveTargets: (request) => {
      const { name, targets } = findRule(buses, request, 'Rule');
      const ids = listIn<string>(request, 'Ids', MAX_IDS_IN_CALL);
      const failed = ids.flatMap((id) => {
        const isThere = targets.some((target) => target.id === id);
        const reason = isThere ? undefined : `Rule '${name}' does not have a target with the Id '${id}'.`;
        return failedEntry(id, 'ResourceNotFoundException', reason);
      });
      const left = targets.filter(({ id }) => !ids.includes(id));
      if (left.length < targets.length) setTargets(request, left);
      return answer(failed);
    },
    ListTargetsByRule: (request) => {
      const { targets } = findRule(buses, request, 'Rule');
      const { items, more } = pageOf(request, targets, ({ id }) => id);
      return { Targets: items.map(describeTarget), ...more };
    },
  };
}

/** Refusals name the place of a member in its list, from 1 on (recorded on AWS in 2024). */
function checkId({ Id }: TargetRequest, index: number): void {
  const place = `targets.${index + 1}.member.id`;
  nameIn({ [place]: Id }, place);
}

function listIn<T>(request: Request, member: string, most: number): readonly T[] {
  const list = request[member];
  if (Array.isArray(list) && list.length >= 1 && list.length <= most) return list;
  throw membersOf(request).refusal(member, `Member must be a list of 1 to ${most} items`);
}

function failedEntry(TargetId: string, ErrorCode: string, ErrorMessage: string | undefined): readonly FailedEntry[] {
  return ErrorMessage === undefined ? [] : [{ TargetId, ErrorCode, ErrorMessage }];
}

function answer(failed: readonly FailedEntry[]): object {
  return { FailedEntryCount: failed.length, FailedEntries: failed };
}
