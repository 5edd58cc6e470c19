import type { TextMatcher } from '../core/wildcard.ts';
import { type Context, type ContextMatcher, compileCondition } from './condition.ts';
import { compileWildcard, many, type PolicyDocument, type PolicyStatement } from './policy.ts';

/** Who calls: an AWS service (`events.amazonaws.com`), or an identity by its ARN. */
export interface Principal {
  readonly service?: string;
  readonly arn?: string;
}

/** Who calls, what, on what, under which circumstances. */
export interface AccessRequest {
  readonly principal: Principal;
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Asked for only where a condition is to be judged, so that a getter may be dear. */
  readonly context: Context;
}

/** What policies say of a request. What none of them allows is denied too, but another policy may allow it. */
export type Verdict = 'allowed' | 'denied' | 'unmentioned';

interface CompiledStatement {
  readonly isAllow: boolean;
  readonly matchesPrincipal: (principal: Principal) => boolean;
  readonly matchesResource: TextMatcher;
  readonly matchesContext: ContextMatcher | undefined;
}

/** A policy made ready: patterns are compiled once, and statements are looked up by action. */
export class CompiledPolicy {
  readonly #statements: readonly (CompiledStatement & { readonly matchesAction: TextMatcher })[];
  readonly #ofAction = new Map<string, readonly CompiledStatement[]>();

  /** @param policy checked by checkPolicy */
  constructor(policy: PolicyDocument) {
    this.#statements = many(policy.Statement).map(compileStatement);
  }

  /** The statements that apply. */
  applying(request: AccessRequest): readonly CompiledStatement[] {
    return this.#about(request.action).filter(
      (statement) =>
        statement.matchesPrincipal(request.principal) &&
        statement.matchesResource(request.resource) &&
        (statement.matchesContext?.(request.context) ?? true),
    );
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
 * An explicit deny wins, then some statement must allow.
 * Source: IAM user guide, policy evaluation logic.
 */
export function judge(policies: readonly CompiledPolicy[], request: AccessRequest): Verdict {
  let verdict: Verdict = 'unmentioned';
  for (const policy of policies) {
    for (const { isAllow } of policy.applying(request)) {
      if (!isAllow) return 'denied';
      verdict = 'allowed';
    }
  }
  return verdict;
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

/** A document's compiled form, made at its first use. */
export function compiledPolicy(policy: PolicyDocument): CompiledPolicy {
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
 * Policies of an identity name no principal: they are about that identity. An account, by its id or as its root, stands for
 * every identity in it where something is denied; where something is allowed, it leaves that to the identity's own policies.
 * Source: IAM user guide, JSON policy elements, Principal.
 */
function compilePrincipal(
  wanted: PolicyStatement['Principal'],
  effect: PolicyStatement['Effect'],
): (principal: Principal) => boolean {
  if (wanted === undefined || wanted === '*') return () => true;
  const arns = many(wanted.AWS ?? []);
  const services = many(wanted.Service ?? []);
  const accounts = new Set(effect === 'Deny' ? arns.flatMap((arn) => accountOf(arn) ?? []) : []);
  return ({ arn, service }) => {
    if (arns.includes('*') || (service !== undefined && services.includes(service))) return true;
    return arn !== undefined && (arns.includes(arn) || accounts.has(arn.split(':')[4] ?? ''));
  };
}

function accountOf(principal: string): string | undefined {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[^:]*:iam::(\d{12}):root$/.exec(principal)?.[1];
}
