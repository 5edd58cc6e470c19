import { subscriberIdOf, subscriberName } from '../../../operations/deployed/subscribers.ts';
import { count } from '../../../operations/messages/display.ts';
import type { StackChange } from '../../../packages/local-engine/index.ts';

/** What an update did, in the words of whoever wrote the subscribers: which are new, changed, or gone. */
export function describeChanges(changes: readonly StackChange[]): string {
  const subscribers = changes.flatMap(({ type, logicalId, change }) => {
    const id = type === 'AWS::Lambda::Function' ? subscriberIdOf(logicalId) : undefined;
    return id === undefined ? [] : [{ id, change }];
  });
  const named = (kind: StackChange['change'], participle: string) => {
    const names = subscribers.filter(({ change }) => change === kind).map(({ id }) => subscriberName(id));
    return names.length > 0 ? [`${names.join(', ')} ${participle}`] : [];
  };
  const others = changes.filter(
    ({ logicalId, type }) =>
      !subscribers.some(({ id }) => logicalId.startsWith(id)) &&
      // It shows every subscriber, so that it changes with them.
      (type !== 'AWS::CloudWatch::Dashboard' || subscribers.length === 0),
  );
  return [
    ...named('changed', 'reloaded'),
    ...named('added', 'added'),
    ...named('removed', 'removed'),
    ...(others.length > 0 ? [`${count(others.length, 'other resource')} changed`] : []),
  ].join(', ');
}
