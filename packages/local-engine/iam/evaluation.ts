import type { TextMatcher } from '../core/wildcard.ts';
import { type Context, type ContextMatcher, compileCondition, compileWildcard, many } from './condition.ts';
import type { PolicyDocument, PolicyStatement } from './policy.ts';

/** Who calls: an AWS service (`events.amazonaws.com`), or an identity by its ARN. */
export interface Principal {
  readonly service?: string;
  readonly arn?: string;
}

/** One action of a caller on a resource. */
export interface AccessRequest {
  readonly principal: Principal;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Read only if a statement has conditions, so a getter may be expensive. */
  readonly context: Context;
}

/** The result of some policies. What they do not mention is denied too, unless another policy allows it. */
export type Verdict = 'allowed' | 'denied' | 'unmentioned';

interface CompiledStatement {
  readonly isAllow: boolean;
  readonly matchesPrincipal: (principal: Principal, resource: string) => boolean;
  readonly matchesResource: TextMatcher;
  readonly matchesContext: ContextMatcher | undefined;
}

/** A policy whose patterns are compiled once, and whose statements are found by action. */
class CompiledPolicy {
  readonly #statements: readonly (CompiledStatement & { readonly matchesAction: TextMatcher })[];
  readonly #ofAction = new Map<string, readonly CompiledStatement[]>();

  constructor(policy: PolicyDocument) {
    this.#statements = many(policy.Statement).map(compileStatement);
  }

  judge(request: AccessRequest): Verdict {
    const { action, principal, resource } = request;
    let verdict: Verdict = 'unmentioned';
    for (const statement of this.#about(action)) {
      const { isAllow, matchesPrincipal, matchesResource, matchesContext } = statement;
      if (verdict === 'allowed' && isAllow) continue;
      if (!matchesPrincipal(principal, resource) || !matchesResource(resource)) continue;
      if (matchesContext !== undefined && !matchesContext(request.context)) continue;
      if (!isAllow) return 'denied';
      verdict = 'allowed';
    }
    return verdict;
  }

  #about(action: string): readonly CompiledStatement[] {
    const known = this.#ofAction.get(action);
    if (known !== undefined) return known;
    const found = this.#statements.filter(({ matchesAction }) => matchesAction(action.toLowerCase()));
    this.#ofAction.set(action, found);
    return found;
  }
}

/**
 * An explicit deny wins; otherwise one statement must allow.
 * Source: IAM user guide, policy evaluation logic.
 * @param policies checked by checkPolicy; each is compiled at its first use
 */
export function judge(policies: readonly PolicyDocument[], request: AccessRequest): Verdict {
  let verdict: Verdict = 'unmentioned';
  for (const policy of policies) {
    const itsVerdict = compiledPolicy(policy).judge(request);
    if (itsVerdict === 'denied') return 'denied';
    if (itsVerdict === 'allowed') verdict = 'allowed';
  }
  return verdict;
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

function compiledPolicy(policy: PolicyDocument): CompiledPolicy {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const made = new CompiledPolicy(policy);
  compiled.set(policy, made);
  return made;
}

function compileStatement({ Effect, Principal, Action, NotAction, Resource, Condition }: PolicyStatement) {
  const actions = many(NotAction ?? Action ?? []).map((pattern) => compileWildcard(pattern.toLowerCase()));
  const resources = many(Resource ?? '*').map(compileWildcard);
  return {
    isAllow: Effect === 'Allow',
    matchesPrincipal: compilePrincipal(Principal, Effect),
    matchesAction: (action: string) => actions.some((matches) => matches(action)) !== (NotAction !== undefined),
    matchesResource: (arn: string) => resources.some((matches) => matches(arn)),
    matchesContext: Condition && compileCondition(Condition),
  };
}

/**
 * A policy of an identity names no principal: it is about that identity. An account, by its id or its root, means every identity
 * in it if the statement denies, or if the resource is another account's. In its own account an allowing statement leaves it to the
 * identity's own policies.
 * Source: IAM user guide, JSON policy elements, Principal; cross-account policy evaluation logic.
 */
function compilePrincipal(
  wanted: PolicyStatement['Principal'],
  effect: PolicyStatement['Effect'],
): (principal: Principal, resource: string) => boolean {
  if (wanted === undefined || wanted === '*') return () => true;
  const arns = many(wanted.AWS ?? []);
  const services = many(wanted.Service ?? []);
  const accounts = new Set(arns.flatMap((arn) => accountOf(arn) ?? []));
  return ({ arn, service }, resource) => {
    if (arns.includes('*') || (service !== undefined && services.includes(service))) return true;
    if (arn === undefined) return false;
    const [account, owner] = [arn, resource].map((each) => each.split(':')[4] ?? '') as [string, string];
    // ARNs of buckets have no account.
    const isOfOthers = owner !== '' && owner !== account;
    return arns.includes(arn) || ((effect === 'Deny' || isOfOthers) && accounts.has(account));
  };
}

function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[^:]*:iam::(\d{12}):root$/.exec(principal)?.[1];
}
