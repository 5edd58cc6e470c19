/** Which queues may name a queue as their dead-letter queue. Source: SQS API reference, SetQueueAttributes. */
export interface RedriveAllowPolicy {
  readonly redrivePermission?: string;
  readonly sourceQueueArns?: readonly string[];
}

/** What holds for a queue without one. */
export const ALLOW_ALL: RedriveAllowPolicy = { redrivePermission: 'allowAll' };

const PERMISSIONS = ['allowAll', 'denyAll', 'byQueue'];
const MOST_SOURCES = 10;

/** @throws Error for what SQS would not take as one */
export function checkRedriveAllowPolicy(policy: RedriveAllowPolicy): void {
  const { redrivePermission = 'allowAll', sourceQueueArns } = policy;
  if (!PERMISSIONS.includes(redrivePermission)) {
    throw new Error(`has the redrivePermission ${redrivePermission}; it is one of ${PERMISSIONS.join(', ')}.`);
  }
  const sources = sourceQueueArns?.length ?? 0;
  if (redrivePermission === 'byQueue' && (sources < 1 || sources > MOST_SOURCES)) {
    throw new Error(`has ${sources} sourceQueueArns; with byQueue there are 1 to ${MOST_SOURCES}.`);
  }
  if (redrivePermission !== 'byQueue' && sourceQueueArns !== undefined) {
    throw new Error(`has sourceQueueArns with ${redrivePermission}; they stand with byQueue alone.`);
  }
}

/**
 * Whether a queue may name another as its dead-letter queue.
 * @param policy the other's, as its attribute has it; undefined if it has none
 */
export function letsRedrive(policy: string | undefined, sourceArn: string): boolean {
  const { redrivePermission, sourceQueueArns = [] }: RedriveAllowPolicy = policy ? JSON.parse(policy) : ALLOW_ALL;
  if (redrivePermission === 'denyAll') return false;
  return redrivePermission !== 'byQueue' || sourceQueueArns.includes(sourceArn);
}
