/** Which events are wanted. */
export interface EventFilter {
  /** The detail-type. @default any */
  readonly type?: string;
  /** Whose events, by `data.userId`. @default anybody's */
  readonly userId?: string;
  /** Only those that this replay emits. @default any, replayed or not */
  readonly replayName?: string;
}

/**
 * The pattern of a rule that takes the wanted events, as JSON text.
 * @param account a pattern must ask for something: every event of a bus has the account of it
 */
export function eventPattern({ type, userId, replayName }: EventFilter, account: string): string {
  return JSON.stringify({
    account: [account],
    ...(type !== undefined && { 'detail-type': [type] }),
    ...(userId !== undefined && { detail: { data: { userId: [userId] } } }),
    ...(replayName !== undefined && { 'replay-name': [replayName] }),
  });
}
