import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findArchive } from '../../operations/deployed/archive.ts';
import { type OnStack, onStack } from '../../operations/deployed/stack.ts';
import { bucketNaming } from '../../operations/deployed/user-bucket.ts';
import { UsersTable } from '../../operations/deployed/users-table.ts';
import { eventsSession, followEvents, readArchive, removeLeftovers } from '../../operations/events/index.ts';
import { SYSTEM_CLOCK } from '../../operations/time/time.ts';
import { describeHop, openEndsOf, traceUser } from '../../operations/trace/index.ts';
import { readUser, registerUsers, stateOf, watchForUris } from '../../operations/users/index.ts';
import { Pipeline } from '../support/pipeline.ts';
import { registered } from './trace-output.ts';

/**
 * Each capability by its entry, as a web server or another program calls it: a few lines, data back, nothing printed, no exit
 * code.
 */

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  await registered(pipeline, 'alice');
});
afterAll(() => pipeline.stop());

function operate<T>(run: (on: OnStack) => Promise<T>): Promise<T> {
  return onStack({ port: Number(new URL(pipeline.engine.endpoint).port) }, run);
}

describe('users', () => {
  test('are registered, with their URIs', async () => {
    const reports = await operate((on) => registerUsers(on, ['alice', 'bob'], { waits: true }));
    const { s3_bucket_uri: uri } = (await pipeline.row('alice')) ?? {};
    expect(reports).toEqual([
      { userId: 'alice', status: 'exists', uri: uri?.S },
      { userId: 'bob', status: 'registered', uri: expect.stringMatching(/^s3:\/\/siubob-/) },
    ]);
  });

  test('are read, and judged', async () => {
    const [view, naming] = await operate(async (on) => [await readUser(on, 'alice'), bucketNaming(on.stack)] as const);
    expect(view.bucket).toMatchObject({ kind: 'set', value: { region: { kind: 'set', value: naming.region } } });
    expect(stateOf(view, naming, (words) => words)).toMatchObject({ isUriRecorded: true, problems: [] });
  });

  test('are waited for', async () => {
    const found = new Map<string, string>();
    const onUri = (userId: string, uri: string) => found.set(userId, uri);
    const late = await operate(({ clients, stack }) => {
      const table = new UsersTable(clients.of(DynamoDBClient), stack);
      const readUris = (userIds: readonly string[]) => table.readUris(userIds);
      return watchForUris(['alice'], { ...SYSTEM_CLOCK, timeoutMs: 1000, readUris, onUri });
    });
    expect({ late, users: [...found.keys()] }).toEqual({ late: [], users: ['alice'] });
  });
});

describe('events', () => {
  test('are read from the archive', async () => {
    const types: string[] = [];
    await operate(async (on) => {
      const archive = await findArchive(on.clients.of(EventBridgeClient), on.stack);
      const window = { from: Date.now() - 3_600_000, to: Date.now() };
      const session = eventsSession(on, { filter: { userId: 'alice' } });
      for await (const batch of readArchive(session, { archive, window })) {
        types.push(...batch.map((event) => event['detail-type']));
      }
    });
    expect(types.sort()).toEqual(['BucketCreated', 'UserRegistered']);
  });

  test('are followed until the signal is aborted', async () => {
    const stop = new AbortController();
    const onProgress = () => void pipeline.register('carol');
    const filter = { type: 'BucketCreated', userId: 'carol' };
    const seen = await operate(async (on) => {
      for await (const [event] of followEvents(eventsSession(on, { filter, signal: stop.signal, onProgress }))) {
        if (event !== undefined) return event;
      }
      return undefined;
    });
    expect(seen).toMatchObject({ 'detail-type': 'BucketCreated', detail: { data: { userId: 'carol' } } });
  });

  test('leave nothing behind', async () => {
    expect(await operate((on) => removeLeftovers(on.clients, eventsSession(on).bus, Date.now() + 7_200_000))).toEqual(
      [],
    );
  });
});

test('a trace is read, with what is still open', async () => {
  const { registrations } = await operate((on) => traceUser(on, 'alice'));
  expect(registrations.map((registration) => openEndsOf(registration))).toEqual([[]]);
  expect(registrations[0]?.hops.map((hop) => describeHop(hop))).toContainEqual(['users table', 'the row is written']);
});
