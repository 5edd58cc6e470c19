import type { Check } from './check.ts';
import { FLOW_CHECKS } from './flow-checks.ts';
import { FOREIGN_CHECKS } from './foreign-checks.ts';
import { LEAVING_CHECKS, LEAVING_RECOVERY_CHECKS } from './leaving-checks.ts';
import { POLICY_CHECKS } from './policy-checks.ts';
import { RECOVERY_CHECKS } from './recovery-checks.ts';
import { TELEMETRY_CHECKS } from './telemetry-checks.ts';

/** Tried in this order on one pipeline: each finds what those before it have left. */
export const CHECKS: readonly Check[] = [...POLICY_CHECKS, ...FLOW_CHECKS, ...TELEMETRY_CHECKS, ...RECOVERY_CHECKS];

/** The same for a stage in which something happens when users leave, and which lets others subscribe, and what that promises. */
export const CHECKS_WHERE_USERS_LEAVE: readonly Check[] = [
  ...[...POLICY_CHECKS, ...FLOW_CHECKS, ...TELEMETRY_CHECKS, ...FOREIGN_CHECKS, ...LEAVING_CHECKS],
  ...[...RECOVERY_CHECKS, ...LEAVING_RECOVERY_CHECKS],
];
