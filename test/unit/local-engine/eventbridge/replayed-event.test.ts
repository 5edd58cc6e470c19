import { describe, expect, test } from '@jest/globals';
import { replayedEvent, replayedEventId } from '../../../../packages/local-engine/eventbridge/replay.ts';

const ARN = 'arn:aws:events:ap-northeast-1:111122223333:replay/again';
const REPLAY = { arn: ARN, startedAt: Date.parse('2026-11-22T10:20:30.000Z') };

describe('the id that a replay gives an archived event', () => {
  test('is a UUID, and the same however often the replay emits the event', () => {
    const id = replayedEventId(REPLAY, 'a');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(replayedEventId({ ...REPLAY }, 'a')).toBe(id);
  });

  test.each([
    { other: 'event', replay: REPLAY, event: 'b' },
    { other: 'replay', replay: { ...REPLAY, arn: `${ARN}-2` }, event: 'a' },
    {
      other: 'replay of the same name, 90 days later',
      replay: { ...REPLAY, startedAt: REPLAY.startedAt + 1 },
      event: 'a',
    },
  ])('is another one in another $other', ({ replay, event }) => {
    expect(replayedEventId(replay, event)).not.toBe(replayedEventId(REPLAY, 'a'));
  });
});

test('a replayed event has the name of its replay and an id of its own, and all else as it was', () => {
  const event = {
    version: '0' as const,
    id: 'old',
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: '111122223333',
    time: '2026-11-22T10:20:30Z',
    region: 'ap-northeast-1',
    resources: ['arn'],
    detail: { a: 1 },
  };
  expect(replayedEvent(event, 'again', 'new')).toEqual({ ...event, id: 'new', 'replay-name': 'again' });
});
