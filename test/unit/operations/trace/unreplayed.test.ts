import { describe, expect, test } from '@jest/globals';
import type { TracedRegistration } from '../../../../operations/trace/hops.ts';
import { hasReplays, readTakers, type Taker, withUnreplayed } from '../../../../operations/trace/unreplayed.ts';
import { FakeAws } from '../aws/fake-aws.ts';
import {
  delivered,
  event,
  journal,
  recorded,
  registered,
  rule,
  STACK,
  type Step,
  told,
  traced,
} from './journal-entries.ts';

const ALICE = 'alice';
const HAPPENED = { type: 'BucketCreated', userId: ALICE, correlationId: 'r-alice', id: 'bus-again' } as const;
const REPLAYED = { ...HAPPENED, replay: 'mend' };

const taker = (subscriber: string, types: readonly string[], skipsReplays = false): Taker => ({
  subscriber,
  types,
  skipsReplays,
});
const RECORDER = taker('uri-recorder', ['BucketCreated']);
const MAIL = taker('welcome-mail', ['BucketCreated'], true);
const OTHER = taker('audit', ['BucketCreated']);

/** What a trace says that is no hop of the journal, or another one. */
const unreplayed = (steps: readonly Step[], takers: readonly Taker[]) => {
  const [registration] = traced(ALICE, journal(...registered(ALICE), ...steps)) as [TracedRegistration];
  const { hops } = withUnreplayed(registration, takers);
  return told({ ...registration, hops: hops.filter(({ hop }) => hop === 'no-replay') });
};

describe('a replayed event', () => {
  const toRecorder = [event(REPLAYED), ...delivered(REPLAYED, 'uri-recorder', 'm-again')];

  test('says who did not get it: one that skips replays, and one that it was not for', () => {
    expect(unreplayed(toRecorder, [RECORDER, MAIL, OTHER])).toEqual([
      "welcome-mail: does not get it: it skips replays, and what comes of them (replays: 'skip') [replay mend]",
      'audit: does not get it: the replay was for uri-recorder only [replay mend]',
    ]);
  });

  test('says so right after the event', () => {
    const [registration] = traced(ALICE, journal(...registered(ALICE), ...toRecorder)) as [TracedRegistration];
    const { hops } = withUnreplayed(registration, [OTHER]);
    const at = hops.findIndex(({ hop }) => hop === 'no-replay');
    expect(hops.slice(at - 1, at + 2).map(({ hop }) => hop)).toEqual(['event', 'no-replay', 'rule']);
  });

  test('says nothing of a subscriber that takes other events', () => {
    expect(unreplayed(toRecorder, [taker('bucket-service', ['UserRegistered'])])).toEqual([]);
  });

  test('given a rule that refused it for being replayed, says so instead of the field', () => {
    const refused = rule('mail-rule', REPLAYED.id, 'replay-name does not accept "mend"');
    const mail = { ...MAIL, subscriber: 'mail-rule' };
    expect(unreplayed([event(REPLAYED), refused], [mail])).toEqual([
      "mail-rule: does not get it: it skips replays, and what comes of them (replays: 'skip') [replay mend]",
    ]);
  });
});

test('given an event that came of a replay, the rule that refused it for that says so, and no other is missed', () => {
  const reason = 'detail.metadata.replayName does not accept "mend"';
  const steps = [event(HAPPENED), rule('mail-rule', HAPPENED.id, reason)];
  expect(unreplayed(steps, [{ ...MAIL, subscriber: 'mail-rule' }, OTHER])).toEqual([
    "mail-rule: does not get it: it skips replays, and what comes of them (replays: 'skip')",
  ]);
  // For another type of event it says nothing about replays.
  expect(unreplayed(steps, [taker('mail-rule', ['Other'], true)])).toEqual([]);
});

test('a registration without a replay needs no one to be asked', () => {
  const plain = traced(ALICE, journal(...registered(ALICE), ...recorded(ALICE)));
  expect(hasReplays(plain)).toBe(false);
  expect(hasReplays(traced(ALICE, journal(...registered(ALICE), event(REPLAYED))))).toBe(true);
});

test('what subscribers take is in the template', async () => {
  const rules = {
    BucketServiceRule0A1B2C3D: { 'detail-type': ['UserRegistered'] },
    UriRecorderRule0A1B2C3D: { 'detail-type': ['BucketCreated'], 'replay-name': [{ exists: false }] },
  };
  const Resources = Object.fromEntries(
    Object.entries(rules).map(([id, EventPattern]) => [
      id,
      { Type: 'AWS::Events::Rule', Properties: { EventPattern } },
    ]),
  );
  const aws = new FakeAws({ GetTemplate: () => ({ TemplateBody: JSON.stringify({ Resources }) }) });
  expect(await readTakers(aws.client(), STACK)).toEqual([
    taker('bucket-service', ['UserRegistered']),
    taker('uri-recorder', ['BucketCreated'], true),
  ]);
});
