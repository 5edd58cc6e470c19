import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { ApiRequest } from '../protocols/http.ts';
import type { Context } from './condition.ts';
import { type AccessRequest, judge, type Principal, type Verdict } from './evaluation.ts';
import type { PolicyDocument } from './policy.ts';
import type { Role, Roles } from './roles.ts';

/** An action that a caller must be allowed, as IAM names it. */
export interface RequiredAction {
  /** Such as `s3:CreateBucket`. */
  readonly action: string;
  /** An ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** The action's own condition keys, in lower case. Called only if a policy has conditions. */
  readonly context?: () => Context;
}

/** What a call's permissions depend on beside the request. */
export interface CallPlace {
  readonly account: Account;
  /** Name of the partition key of a table or of its index; undefined if it does not exist. */
  readonly partitionKeyOf: (tableName: string, indexName?: string) => string | undefined;
}

/**
 * The actions that a call needs, all of them. Undefined for an operation that is not listed, so that its caller cannot be
 * judged.
 * @param operation as the service's API names it
 */
export type ActionsOf = (
  operation: string,
  request: ApiRequest,
  place: CallPlace,
) => readonly RequiredAction[] | undefined;

/** Why a call is denied. */
interface Denial {
  /** ARN of the role's session. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** As AWS words it. */
  readonly message: string;
}

interface AccessProps {
  readonly account: Account;
  readonly journal: Journal;
  readonly roles: Roles;
  /** The policies of a resource itself, by its ARN. */
  readonly resourcePoliciesOf: (arn: string) => readonly PolicyDocument[];
}

/** A role that makes calls. */
export interface Caller {
  readonly roleArn: string;
  /** The name of the role's session, such as the function's name. Called only for a denial. */
  readonly session: () => string;
}

/** A permission for work that repeats. It holds as long as the role and the policies of the resources are the same. */
export interface Permission {
  isGranted(): boolean;
  /** Calls `listener` whenever the result may have changed. @returns a function that ends this */
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

  /** Why the first denied action is denied; undefined if the caller may do all of them. */
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

  /** The same for an AWS service that acts for itself: only policies of the resource can allow it. */
  findServiceDenial(service: string, required: readonly RequiredAction[]): Denial | undefined {
    for (const needed of required) {
      const verdict = this.#verdictOfResource(this.#request({ service }, needed));
      if (verdict === 'denied') return toDenial(service, needed, DENIED_BY_RESOURCE);
      if (verdict === 'unmentioned') return toDenial(service, needed, notAllowedBy('resource', needed.action));
    }
    return undefined;
  }

  /**
   * Refuses a caller that may not do all of these actions, and writes the denial to the journal.
   * @param options code and status of the answer, which differ between services
   * @throws AwsError
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
   * The permission for work that repeats: judged again when the role or a policy of a resource is another one, with a journal entry
   * whenever it changes to denied.
   * @param caller called each time
   * @param required actions without a context of their own
   */
  permission(caller: () => Caller, required: readonly Omit<RequiredAction, 'context'>[]): Permission {
    let wasDenied = false;
    let judged: readonly unknown[] | undefined;
    return {
      isGranted: () => {
        const by = caller();
        const basis = this.#basis(by.roleArn, required);
        if (judged !== undefined && areSame(judged, basis)) return !wasDenied;
        judged = basis;
        const denial = this.findDenial(by, required);
        if (denial !== undefined && !wasDenied) this.note(denial);
        wasDenied = denial !== undefined;
        return !wasDenied;
      },
      onChange: (listener) => this.#props.roles.onChange(listener),
    };
  }

  /** What a verdict depends on: a role and policies are replaced by others when they change, and never changed themselves. */
  #basis(roleArn: string, required: readonly { readonly resource: string }[]): unknown[] {
    const basis: unknown[] = [roleArn, this.#props.roles.find(roleArn)];
    let last: string | undefined;
    for (const { resource } of required) {
      if (resource !== last) basis.push(resource, ...this.#props.resourcePoliciesOf(resource));
      last = resource;
    }
    return basis;
  }

  note(denial: Denial): void {
    this.#props.journal.write('denied', { ...denial });
  }

  #request(principal: Principal, required: RequiredAction): AccessRequest {
    return new JudgedRequest(principal, required, this.#props.account);
  }

  /** @param role undefined for a role that no longer exists */
  #refusal(role: Role | undefined, request: AccessRequest): string | undefined {
    const own = role?.judge(request);
    if (own === 'denied') return 'with an explicit deny in an identity-based policy';
    const ofResource = this.#verdictOfResource(request);
    if (ofResource === 'denied') return DENIED_BY_RESOURCE;
    if (own === 'allowed' || ofResource === 'allowed') return undefined;
    return notAllowedBy('identity', request.action);
  }

  #verdictOfResource(request: AccessRequest): Verdict {
    return judge(this.#props.resourcePoliciesOf(request.resource), request);
  }
}

/** An access request, whose context is made when it is first asked for. */
class JudgedRequest implements AccessRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly #own: RequiredAction['context'];
  readonly #account: Account;
  #context: Context | undefined;

  constructor(principal: Principal, { action, resource, context }: RequiredAction, account: Account) {
    this.principal = principal;
    this.action = action;
    this.resource = resource;
    this.#own = context;
    this.#account = account;
  }

  get context(): Context {
    const { id, region } = this.#account;
    const { arn } = this.principal;
    this.#context ??= {
      // A service belongs to no account.
      ...(arn && { 'aws:principalarn': arn, 'aws:principalaccount': id }),
      'aws:requestedregion': region,
      'aws:resourceaccount': id,
      // AWS is called over TLS; the engine listens on this machine only.
      'aws:securetransport': 'true',
      ...this.#own?.(),
    };
    return this.#context;
  }
}

const DENIED_BY_RESOURCE = 'with an explicit deny in a resource-based policy';

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/** The name at the end of a role's ARN, after its path. */
export function roleNameIn(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** The reason for an action that no policy mentions. */
function notAllowedBy(kind: 'identity' | 'resource', action: string): string {
  return `because no ${kind}-based policy allows the ${wordedAction(action)} action`;
}

/**
 * A denial in the words of the called service. S3 quotes the ARN.
 * Source: IAM user guide, troubleshooting access denied errors; for S3 and SQS what they answered, in public reports.
 */
function toDenial(principal: string, { action, resource }: RequiredAction, reason: string): Denial {
  const object = action.startsWith('s3:') ? `"${resource}"` : resource;
  const message = `User: ${principal} is not authorized to perform: ${wordedAction(action)} on resource: ${object} ${reason}`;
  return { principal, action, resource, message };
}

/** SQS writes its actions in lower case. */
function wordedAction(action: string): string {
  return action.startsWith('sqs:') ? action.toLowerCase() : action;
}
