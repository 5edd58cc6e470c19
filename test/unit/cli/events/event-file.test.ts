import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linesOf } from '../../../../cli/commands/events/event-file.ts';
import { readGivenEvent } from '../../../../cli/commands/events/given-event.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('given a file with a byte order mark, its lines have none, and one within a text stays', async () => {
  const file = join(folder, 'events.jsonl');
  await writeFile(file, '\uFEFF{"a":"\uFEFF"}\r\n\uFEFF{}\n');
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  expect(lines).toEqual(['{"a":"\uFEFF"}', '\uFEFF{}']);
});

test('given an event with a byte order mark, it is read', async () => {
  const file = join(folder, 'event.json');
  await writeFile(file, '\uFEFF{"detail-type":"Other","source":"me","detail":{}}');
  const { draft } = await readGivenEvent(file, undefined);
  expect(draft).toEqual({ type: 'Other', source: 'me', detail: {} });
});
