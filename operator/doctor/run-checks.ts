import { explainAwsError } from '../aws-failure.ts';
import { CommandFailure } from '../errors.ts';
import type { Target } from '../target.ts';
import type { Check, CheckProps } from './check.ts';
import type { Finding } from './finding.ts';

/** How services say that a call is not allowed. */
const DENIED = /^(AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation|NotAuthorized)$/;

/** As IAM words what is missing: `… is not authorized to perform: pipes:DescribePipe on resource: …`. */
const ACTION = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/;

/**
 * Runs checks at the same time. One that cannot be made, such as for want of a permission, is a warning, and the others go on.
 * @returns their findings, in the order of the checks
 * @throws whatever is no failure of a call
 */
export async function runChecks(checks: readonly Check[], props: CheckProps, target: Target): Promise<Finding[]> {
  const findings = await Promise.all(
    checks.map(({ name, run }) => run(props).catch((error: unknown) => [couldNotCheck(name, error, target)])),
  );
  return findings.flat();
}

function couldNotCheck(check: string, error: unknown, target: Target): Finding {
  const explained = explainAwsError(error, target);
  if (!(explained instanceof CommandFailure)) throw explained;
  const about = { check, status: 'warning', subject: 'this check' } as const;
  if (!(error instanceof Error) || !DENIED.test(error.name)) {
    return { ...about, detail: `it could not be made: ${explained.message}` };
  }
  const [, action = 'what it asks for'] = ACTION.exec(error.message) ?? [];
  return {
    ...about,
    detail: `it could not be made: ${error.name}: ${error.message.replaceAll(/\s+/g, ' ')}`,
    mend: `allow ${action} to whoever runs this, or have somebody else run it`,
  };
}
