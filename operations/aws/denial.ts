/** A permission that was missing, as AWS's message names it. */
export interface Denial {
  /** Such as `dynamodb:UpdateItem`. */
  readonly action: string;
  readonly resource: string;
  /** Who asked: the ARN of a role's session, or an AWS service such as `events.amazonaws.com`. */
  readonly principal?: string;
  /** The kind of policy that decided, such as `identity-based policy`. */
  readonly policy?: string;
  /** Whether a statement denies it, whatever others allow. */
  readonly isExplicit: boolean;
}

/** Why a call was denied, for people. */
export interface DenialText {
  readonly text: string;
  /** What would allow it; absent where no statement would, or where it is not known in which policy. */
  readonly remedy?: Remedy;
}

/** A statement to add to a policy. */
export interface Remedy {
  /** Such as `in a policy of role NAME`. */
  readonly where: string;
  /** JSON. */
  readonly statement: string;
}

/** S3 puts the resource between quotes. Source: IAM user guide, troubleshoot access denied error messages. */
const DENIAL =
  /(?:User: (?<principal>\S+) is )?not authorized to perform:? (?<action>[a-z0-9-]+:[A-Za-z]+) on resource:? "?(?<resource>[^\s",]+)/;

/** Source: the same. */
const IMPLICIT = /because no ([A-Za-z][A-Za-z -]*?) allows/;
const EXPLICIT = /with an explicit deny in an? ([A-Za-z -]*(?:policy|boundary))/;

const OF_IDENTITY = 'identity-based policy';
const OF_RESOURCE = 'resource-based policy';

/** What a refused call was not allowed to do, by AWS's message; undefined where it does not say. */
export function denialIn(message: string): Denial | undefined {
  const { action, resource, principal } = DENIAL.exec(message)?.groups ?? {};
  if (action === undefined || resource === undefined) return undefined;
  const explicit = EXPLICIT.exec(message)?.[1];
  const policy = explicit ?? IMPLICIT.exec(message)?.[1];
  return {
    action,
    resource,
    ...(principal !== undefined && { principal }),
    ...(policy !== undefined && { policy }),
    isExplicit: explicit !== undefined,
  };
}

/** Why it was denied, in a sentence, and the statement that would allow it. */
export function explainDenial(denial: Denial): DenialText {
  const { action, resource, principal = '', policy = OF_IDENTITY, isExplicit } = denial;
  const role = /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
  const who = role === undefined ? principal || 'the caller' : `role ${role}`;
  const what = `${who} ${action} on ${resource}`;
  if (isExplicit) return { text: `a statement denies ${what} (${policy}), and no other can allow it` };
  const allow = { Effect: 'Allow', Action: action, Resource: resource };
  switch (policy) {
    case OF_IDENTITY:
      return {
        text: `no statement allows ${what}`,
        remedy: { where: `in a policy of ${who}`, statement: JSON.stringify(allow) },
      };
    case OF_RESOURCE: {
      const statement = JSON.stringify({ ...allow, Principal: { Service: principal } });
      const isService = /^[a-z0-9.-]+$/.test(principal);
      return {
        text: `no statement allows ${what}`,
        ...(isService && { remedy: { where: 'in the policy of that resource', statement } }),
      };
    }
    default:
      return { text: `no ${policy} allows ${what}` };
  }
}
