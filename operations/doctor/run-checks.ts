import { deniedAction, explainAwsError, isDenied } from '../aws/aws-failure.ts';
import type { Target } from '../aws/target.ts';
import { CommandFailure } from '../messages/errors.ts';
import type { Check, CheckProps } from './check.ts';
import type { Finding } from './finding.ts';

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
  if (!isDenied(error)) return { ...about, detail: `it could not be made: ${explained.message}` };
  return {
    ...about,
    detail: `it could not be made: ${error.name}: ${error.message.replaceAll(/\s+/g, ' ')}`,
    mend: `allow ${deniedAction(error) ?? 'what it asks for'} to whoever runs this, or have somebody else run it`,
  };
}
