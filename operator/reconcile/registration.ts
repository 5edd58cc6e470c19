import { userIdTag } from '../../services/bucket-service/bucket-tags.ts';

/**
 * The id of a registration whose own one is not known: always the same for a user and a time, so that however often, and
 * wherever, its event is made, it is the same event. Legal as a tag.
 */
export function derivedEventId(userId: string, registeredAt: number): string {
  return `reconcile-${userIdTag(userId)}-${registeredAt}`;
}
