import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { Context } from './condition.ts';
import { type AccessRequest, compiledPolicy, judge, type Principal, type Verdict } from './evaluation.ts';
import type { PolicyDocument } from './policy.ts';
import { type Denial, notAllowedBy, type RequiredAction, toDenial } from './required-action.ts';
import type { Role, Roles } from './roles.ts';

interface AccessProps {
  readonly account: Account;
  readonly journal: Journal;
  readonly roles: Roles;
  /** The policies of a resource itself, by its ARN. */
  readonly resourcePoliciesOf: (arn: string) => readonly PolicyDocument[];
}

/** A role at work. */
export interface Caller {
  readonly roleArn: string;
  /** What the role's session is called, such as the function's name; asked for where something is denied. */
  readonly session: () => string;
}

/** Leave for something that is done again and again. */
export interface Permission {
  isGranted(): boolean;
  /** Calls `listener` whenever it may have been given or taken. Returns what ends that. */
  onChange(listener: () => void): () => void;
}

/**
 * Judges what roles do, by their own policies and by those of the resource: one of them must allow it, and none may deny it.
 * Source: IAM user guide, policy evaluation logic within a single account; troubleshooting access denied errors.
 */
export class Access {
  readonly #props: AccessProps;

  constructor(props: AccessProps) {
    this.#props = props;
  }

  /** Why the first of these actions that the caller may not do is denied; undefined if he may do all. */
  findDenial({ roleArn, session }: Caller, required: readonly RequiredAction[]): Denial | undefined {
    const role = this.#props.roles.find(roleArn);
    for (const needed of required) {
      const reason = this.#refusal(role, this.#request({ arn: roleArn }, needed));
      if (reason === undefined) continue;
      const { partition, id } = this.#props.account;
      return toDenial(`arn:${partition}:sts::${id}:assumed-role/${roleNameIn(roleArn)}/${session()}`, needed, reason);
    }
    return undefined;
  }

  /** The same for a service that acts on its own account: policies of the resource alone can allow it. */
  findServiceDenial(service: string, required: readonly RequiredAction[]): Denial | undefined {
    for (const needed of required) {
      const verdict = this.#verdictOfResource(this.#request({ service }, needed));
      if (verdict === 'denied') return toDenial(service, needed, DENIED_BY_RESOURCE);
      if (verdict === 'unmentioned') return toDenial(service, needed, notAllowedBy('resource', needed.action));
    }
    return undefined;
  }

  /**
   * Notes a denial in the journal, and refuses.
   * @param status of the answer, which services choose differently
   * @throws AwsError unless the caller may do all of it
   */
  authorize(
    caller: Caller,
    required: readonly RequiredAction[],
    { code = 'AccessDeniedException', status = 400 } = {},
  ): void {
    const denial = this.findDenial(caller, required);
    if (denial === undefined) return;
    this.note(denial);
    throw new AwsError(code, denial.message, status);
  }

  /**
   * Leave for what is done again and again: it is judged each time, and a denial is noted when it begins.
   * @param caller asked each time
   */
  permission(caller: () => Caller, required: readonly RequiredAction[]): Permission {
    let wasDenied = false;
    return {
      isGranted: () => {
        const denial = this.findDenial(caller(), required);
        if (denial !== undefined && !wasDenied) this.note(denial);
        wasDenied = denial !== undefined;
        return !wasDenied;
      },
      onChange: (listener) => this.#props.roles.onChange(listener),
    };
  }

  note(denial: Denial): void {
    this.#props.journal.write('denied', { ...denial });
  }

  #request(principal: Principal, { action, resource, context }: RequiredAction): AccessRequest {
    const { account } = this.#props;
    let known: Context | undefined;
    return {
      principal,
      action,
      resource,
      get context() {
        known ??= {
          // A service is in no account of ours.
          ...(principal.arn && { 'aws:principalarn': principal.arn, 'aws:principalaccount': account.id }),
          'aws:requestedregion': account.region,
          'aws:resourceaccount': account.id,
          // The engine listens on this machine alone, where AWS is reached over TLS.
          'aws:securetransport': 'true',
          ...context?.(),
        };
        return known;
      },
    };
  }

  /** @param role undefined for one that is no more */
  #refusal(role: Role | undefined, request: AccessRequest): string | undefined {
    const own = role?.judge(request);
    if (own === 'denied') return 'with an explicit deny in an identity-based policy';
    const ofResource = this.#verdictOfResource(request);
    if (ofResource === 'denied') return DENIED_BY_RESOURCE;
    if (own === 'allowed' || ofResource === 'allowed') return undefined;
    return notAllowedBy('identity', request.action);
  }

  #verdictOfResource(request: AccessRequest): Verdict {
    const policies = this.#props.resourcePoliciesOf(request.resource);
    return policies.length === 0 ? 'unmentioned' : judge(policies.map(compiledPolicy), request);
  }
}

const DENIED_BY_RESOURCE = 'with an explicit deny in a resource-based policy';

/** The name at the end of a role's ARN, behind its path. */
export function roleNameIn(roleArn: string): string {
  return roleArn.split('/').at(-1) ?? '';
}
