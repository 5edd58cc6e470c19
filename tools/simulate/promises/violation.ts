import { createHash } from 'node:crypto';

/** A promise that a schedule broke. */
export interface Violation {
  readonly what: string;
  /** @default - it concerns no user alone */
  readonly userId?: string;
}

/** How a bucket's tags name its owner. Written again on purpose: the services' own function may be the one with the bug. */
export function ownerHash(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}
