import { expect, test } from '@jest/globals';
import type { Target } from '../../../../operations/aws/target.ts';
import { eventsSession, leftBehindText } from '../../../../operations/events/session.ts';
import { FakeAws } from '../aws/fake-aws.ts';

const BUS_ARN = 'arn:aws:events:eu-west-1:111122223333:event-bus/main';
const LOCAL = { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' };
const AWS = { stackName: 'mine' };

function on(target: Target, outputs: Readonly<Record<string, string>> = {}) {
  const all = { EventBusName: 'main', EventBusArn: BUS_ARN, ...outputs };
  return { clients: new FakeAws({}).clients, target, stack: { name: 'mine', outputs: all } };
}

test('a session reads the bus that the stack names', () => {
  const stack = on(AWS);
  expect(eventsSession(stack)).toMatchObject({ on: stack, bus: { busName: 'main', busArn: BUS_ARN } });
});

test('a session reads every event, is never aborted and tells no progress, unless it is asked to', () => {
  const session = eventsSession(on(AWS));
  expect([session.filter, session.signal.aborted]).toEqual([{}, false]);
  expect(() => session.onProgress({ kind: 'following' })).not.toThrow();
  const asked = { filter: { type: 'A' }, signal: AbortSignal.abort(), onProgress: () => {} };
  expect(eventsSession(on(AWS), asked)).toMatchObject(asked);
});

test('a session on the engine waits for no rule and no archive, and one on AWS for both', () => {
  expect(eventsSession(on(LOCAL)).delays).toEqual({ ruleMs: 0, quietSeconds: 1, archiveMs: 0 });
  expect(eventsSession(on(AWS)).delays).toEqual({ ruleMs: 10_000, quietSeconds: 20, archiveMs: 600_000 });
});

test('a session has the time of the pipeline', () => {
  const before = Date.now();
  const now = eventsSession(on(LOCAL)).now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('what is left behind is named, with the reason and what removes it', () => {
  expect(leftBehindText({ kind: 'left-behind', name: 'the queue q', problem: 'denied' })).toBe(
    'the queue q could not be removed; another run removes it after an hour: denied',
  );
});
