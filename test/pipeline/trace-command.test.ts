import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';
import { hopsOf, registered, trace } from './trace-output.ts';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
});
afterAll(() => pipeline.stop());

const ID = '[0-9a-f-]{36}';

function isPlan(image: unknown, plan: string): boolean {
  return (image as { readonly plan?: { readonly S?: string } } | undefined)?.plan?.S === plan;
}

/** The patterns that no line matches which comes after those of the patterns before. */
function missingInOrder(lines: readonly string[], patterns: readonly string[]): string[] {
  let rest = lines;
  return patterns.filter((pattern) => {
    const index = rest.findIndex((line) => new RegExp(`^${pattern}$`).test(line));
    rest = rest.slice(index + 1);
    return index === -1;
  });
}

test('given a registration that went well, every hop is told in order, and that it is done', async () => {
  await registered(pipeline, 'alice');
  const traced = await trace(pipeline, 'alice');
  const uri = (await pipeline.row('alice'))?.s3_bucket_uri?.S;
  expect(traced.stdout).toMatch(
    /^Registration [0-9a-f]{32}:\n {2}20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}users table {5}the row is written\n {2}\+\d+ ms /,
  );
  const hops = hopsOf(traced);
  const expected = [
    'users table the row is written',
    'pipe the filter lets it through',
    'pipe puts it on the bus',
    `bus UserRegistered from users-table, event ${ID}`,
    'archive keeps it',
    'bucket-service its rule matches',
    'bucket-service it is in the queue',
    'bucket-service its function takes it, receive 1',
    'bucket-service calls s3:CreateBucket: 200',
    `bus BucketCreated from bucket-service, event ${ID}`,
    'archive keeps it',
    'uri-recorder its rule matches',
    'uri-recorder it is in the queue',
    'uri-recorder its function takes it, receive 1',
    `users table the URI is written: ${uri}`,
    'pipe the filter drops it \\(MODIFY\\)',
    `uri-recorder logs INFO  bucket URI recorded  bucketUri=${uri}  calls={"UpdateItem":\\d+}`,
    'uri-recorder its function is done after \\d+ ms',
  ];
  expect(missingInOrder(hops, expected)).toEqual([]);
  expect(hops).toContainEqual(expect.stringMatching(/^uri-recorder its rule does not match: .*UserRegistered/));
  expect(hops).toContainEqual(
    expect.stringMatching(/^bucket-service logs INFO {2}bucket created {2}bucketName=siualice-/),
  );
  expect(hops).toContainEqual('uri-recorder calls dynamodb:UpdateItem: 200');
  expect(traced.stdout).toContain(`\nDone: its row has ${uri}\n`);
  expect(traced.stdout.trimEnd()).toMatch(
    /\nRead from the engine's journal and the logs of bucket-service and uri-recorder\.$/,
  );
  expect(traced).toMatchObject({ exitCode: 0, stderr: '' });
});

test('given a change that is no registration, it is told that the filter dropped it', async () => {
  await registered(pipeline, 'bob');
  // Records are filtered in their order, and each may take a moment: the journal has the URI's and this one by then.
  for (const plan of ['free', 'paid']) {
    await pipeline.setAttribute('bob', 'plan', plan);
    const record = await pipeline.waitFor('the stream record', ({ newImage }) => isPlan(newImage, plan));
    await pipeline.waitFor('the filter', ({ hop, eventId }) => hop === 'pipe-filter' && eventId === record.eventId);
  }
  expect(hopsOf(await trace(pipeline, 'bob')).slice(-2)).toEqual([
    'users table the row is changed',
    'pipe the filter drops it (MODIFY)',
  ]);
});

test('given a row that was removed and written again, its registrations are told apart', async () => {
  await registered(pipeline, 'carol');
  const Key = { userId: { S: 'carol' } };
  await pipeline.dynamodb.send(new DeleteItemCommand({ TableName: pipeline.table, Key }));
  pipeline.clock.skip(2000); // names of buckets have whole seconds
  await registered(pipeline, 'carol');
  const { stdout } = await trace(pipeline, 'carol', '--json');
  const { row, registrations } = JSON.parse(stdout);
  const uris = registrations.map(({ hops }: { hops: { hop: string; uri?: string }[] }) =>
    hops.flatMap(({ hop, uri }) => (hop === 'row' && uri !== undefined ? [uri] : [])),
  );
  expect(uris).toHaveLength(2);
  expect(uris[1]).toEqual([row.uri]);
  expect(uris[0]).not.toEqual(uris[1]);
  expect(registrations[0].correlationId).not.toBe(registrations[1].correlationId);
  expect(registrations[0].hops).toContainEqual(expect.objectContaining({ hop: 'row', change: 'removed' }));
});

test.each(['o"brien\\*', '{ $.userId = "김민지" }'])(
  'given the id %j, which has a meaning in filter patterns, its trace is found',
  async (userId) => {
    await registered(pipeline, userId);
    const traced = await trace(pipeline, userId);
    expect(hopsOf(traced).filter((hop) => hop === 'users table the row is written')).toHaveLength(1);
    expect(traced.stdout).toMatch(/\nDone: its row has s3:/);
    expect(traced).toMatchObject({ exitCode: 0, stderr: '' });
  },
);

test.each([
  [
    ['nobody', '--since', '1h'],
    1,
    /^error: no trace of nobody since \S+Z; the users table has no row with this id: check it; .*\n$/,
  ],
  [[''], 2, /^error: a user id must not be empty\n$/],
  [['x', '--since', '2999-01-01T00:00Z'], 2, /^error: --since is in the future: .*\n$/],
])('given %j, it ends with %i and says why in one line', async ([userId = '', ...more], exitCode, stderr) => {
  expect(await trace(pipeline, userId, ...more)).toEqual({
    exitCode,
    stdout: '',
    stderr: expect.stringMatching(stderr),
  });
});
