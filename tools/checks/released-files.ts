import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleasedResources } from './released-resources.ts';

const FOLDER = join(import.meta.dirname, 'released');

/** A stack whose released resources are kept, and the context that it is synthesized with. */
export interface ReleasedStack {
  /** Names the file. */
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
}

const EXISTING_TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/sign-ups';

/** Every kind of stack that people may have deployed: other settings take nothing away, and give nothing other ids. */
export const RELEASED_STACKS: readonly ReleasedStack[] = [
  { name: 'dev', context: { stage: 'dev' } },
  { name: 'prod', context: { stage: 'prod' } },
  {
    name: 'existing-table',
    context: {
      stage: 'prod',
      tableArn: EXISTING_TABLE,
      tableStreamArn: `${EXISTING_TABLE}/stream/2026-03-01T12:00:00.000`,
    },
  },
];

/** The resources of a stack as they were last released. */
export function readReleased({ name }: ReleasedStack): ReleasedResources {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/** Makes these the released resources of a stack. */
export function writeReleased({ name }: ReleasedStack, resources: ReleasedResources): void {
  writeFileSync(fileOf(name), `${JSON.stringify(resources, null, 2)}\n`);
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}
