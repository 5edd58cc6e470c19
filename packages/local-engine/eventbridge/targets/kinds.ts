import { queueTarget } from './queue.ts';
import type { TargetKind } from './target.ts';

/** Every kind of target that rules can deliver to: one line each. */
const KINDS = [queueTarget];

/** The parts of the engine that the kinds need, all together. */
export type TargetServices = (typeof KINDS)[number] extends TargetKind<infer Services> ? Services : never;

/** The kind of a target; undefined for one that the engine does not support. */
export function kindOf(arn: string): TargetKind<TargetServices> | undefined {
  return KINDS.find((kind) => kind.hasArn(arn));
}

/** What can be a target, for messages. */
export const SUPPORTED_TARGETS = KINDS.map(({ name }) => name).join(', ');
