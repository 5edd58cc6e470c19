import type { Check } from './check.ts';
import { FLOW_CHECKS } from './flow-checks.ts';
import { POLICY_CHECKS } from './policy-checks.ts';
import { RECOVERY_CHECKS } from './recovery-checks.ts';
import { TELEMETRY_CHECKS } from './telemetry-checks.ts';

/** Tried in this order on one pipeline: each finds what those before it have left. */
export const CHECKS: readonly Check[] = [...POLICY_CHECKS, ...FLOW_CHECKS, ...TELEMETRY_CHECKS, ...RECOVERY_CHECKS];
