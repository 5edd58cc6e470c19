/** The variable that a deployment with the bug has. */
export const BUG_VARIABLE = 'SIMULATED_BUG';

/**
 * The bug of a deployment: it fails for some users, until the good code is deployed.
 * @throws TypeError for them
 */
export function failsFor(userId: string): void {
  if (process.env[BUG_VARIABLE] === undefined || userId.length % 2 === 0) return;
  throw new TypeError('Cannot read properties of undefined, as the bug of this deployment would have it.');
}
