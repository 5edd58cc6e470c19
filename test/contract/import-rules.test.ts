import { describe, expect, test } from '@jest/globals';
import {
  type AllowedImports,
  findCycles,
  findForbidden,
  importsBySource,
  isDefinition,
  packagesLoadedBy,
} from './support/imports.ts';

/** What operations share. */
const SHARED = [
  'operations/messages/',
  'operations/time/',
  'operations/aws/',
  'operations/journal/',
  'operations/deployed/',
];

/** What programs for those who work on the project may use. */
const TOOLS = [
  'cdk/',
  'services/',
  'schemas/',
  ...SHARED,
  'operations/*/index.ts',
  'packages/local-engine/index.ts',
  'console/contract/',
  'console/server/index.ts',
  'cli/options.ts',
  'cli/output/',
];

/** What stands below the engine's services. */
const BASE = ['core', 'storage', 'journal', 'protocols', 'iam', 'cloudformation/template'].map(
  (slice) => `packages/local-engine/${slice}/`,
);

/**
 * What each slice of the project may import. A capability, a command and a service of the engine have their folder to
 * themselves: others see what `index.ts` there says.
 */
const ALLOWED: AllowedImports = {
  schemas: [],
  'services/shared': ['schemas/'],
  'services/*': ['services/shared/', 'schemas/'],
  // They change what bucket-service has made, by its rules.
  'services/bucket-retirer': ['services/bucket-service/', 'services/shared/', 'schemas/'],
  'services/bucket-restorer': ['services/bucket-retirer/', 'services/shared/', 'schemas/'],
  // AWS's rules for event patterns have one home, which is the engine's.
  cdk: ['services/', 'schemas/', 'packages/local-engine/event-pattern/index.ts'],

  'operations/messages': [],
  'operations/time': ['operations/messages/'],
  'operations/journal': ['operations/messages/'],
  'operations/aws': ['operations/messages/', 'operations/time/', 'services/shared/'],
  'operations/deployed': ['operations/messages/', 'operations/time/', 'operations/aws/', 'services/', 'schemas/'],
  'operations/*': [
    ...SHARED,
    'operations/*/index.ts',
    'services/',
    'schemas/',
    'packages/local-engine/event-pattern/index.ts',
  ],

  'cli/output': ['operations/messages/', 'operations/time/'],
  'cli/commands/*': ['cli/*.ts', 'cli/output/', ...SHARED, 'operations/*/index.ts', 'services/', 'schemas/'],
  'cli/commands/deploy': [
    'cli/*.ts',
    'cli/output/',
    'cli/deployment/',
    ...SHARED,
    'operations/*/index.ts',
    'services/',
    'cdk/',
  ],
  'cli/commands/destroy': [
    'cli/*.ts',
    'cli/output/',
    'cli/deployment/',
    ...SHARED,
    'operations/*/index.ts',
    'services/',
    'cdk/',
  ],
  'cli/commands/new': ['cli/*.ts', 'cli/output/', ...SHARED, 'schemas/', 'cdk/'],
  'cli/commands/console': ['cli/*.ts', 'cli/output/', ...SHARED, 'operations/*/index.ts', 'console/server/index.ts'],
  'cli/commands/dev': [
    'cli/*.ts',
    'cli/output/',
    ...SHARED,
    'operations/*/index.ts',
    'cdk/',
    'console/server/index.ts',
    'packages/local-engine/index.ts',
  ],
  'cli/deployment': ['cli/*.ts', 'cli/output/', ...SHARED, 'operations/*/index.ts', 'services/', 'cdk/'],
  cli: ['cli/output/', 'cli/commands/', 'operations/messages/', 'operations/time/', 'operations/aws/'],

  // The rules for Host and Origin are the engine's; everything else comes from the operations.
  'console/contract': [],
  'console/server': [
    'console/contract/',
    ...SHARED,
    'operations/*/index.ts',
    'packages/local-engine/web-origin/index.ts',
  ],
  // What the server and the page tell each other: nothing else of the project is in the page.
  'console/page': ['console/contract/'],

  'packages/local-engine/core': [],
  'packages/local-engine/storage': ['packages/local-engine/core/'],
  'packages/local-engine/journal': ['packages/local-engine/core/', 'packages/local-engine/storage/'],
  'packages/local-engine/web-origin': [],
  // AWS's rules for patterns, which others may ask as well: it imports nothing of the engine but its JSON.
  'packages/local-engine/event-pattern': ['packages/local-engine/core/'],
  'packages/local-engine/protocols': ['packages/local-engine/core/'],
  'packages/local-engine/cloudformation/template': ['packages/local-engine/core/'],
  // IAM has resource types as well, and stands below the services that its policies are for.
  'packages/local-engine/iam': [
    'packages/local-engine/core/',
    'packages/local-engine/journal/',
    'packages/local-engine/protocols/',
    'packages/local-engine/cloudformation/template/',
  ],
  'packages/local-engine/sqs': BASE,
  'packages/local-engine/s3': BASE,
  'packages/local-engine/dynamodb': BASE,
  'packages/local-engine/ssm': BASE,
  'packages/local-engine/sns': BASE,
  'packages/local-engine/sts': BASE,
  'packages/local-engine/service-quotas': BASE,
  // What a rule's targets can be.
  'packages/local-engine/eventbridge': [
    ...BASE,
    'packages/local-engine/event-pattern/index.ts',
    'packages/local-engine/sqs/index.ts',
    'packages/local-engine/lambda/index.ts',
    'packages/local-engine/logs/index.ts',
  ],
  'packages/local-engine/lambda': [
    ...BASE,
    'packages/local-engine/sqs/index.ts',
    'packages/local-engine/logs/index.ts',
  ],
  'packages/local-engine/logs': BASE,
  'packages/local-engine/cloudwatch': [
    ...BASE,
    'packages/local-engine/sqs/index.ts',
    'packages/local-engine/lambda/index.ts',
  ],
  'packages/local-engine/pipes': [
    ...BASE,
    'packages/local-engine/dynamodb/index.ts',
    'packages/local-engine/event-pattern/index.ts',
    'packages/local-engine/eventbridge/index.ts',
    'packages/local-engine/logs/index.ts',
    'packages/local-engine/sqs/index.ts',
  ],
  'packages/local-engine/cloudformation': [
    ...BASE,
    'packages/local-engine/services.ts',
    'packages/local-engine/*/index.ts',
  ],
  'packages/local-engine/gateway': [
    ...BASE,
    'packages/local-engine/services.ts',
    'packages/local-engine/*/index.ts',
    'packages/local-engine/cloudformation/',
  ],
  'packages/local-engine/lab': [...BASE, 'packages/local-engine/services.ts', 'packages/local-engine/*/index.ts'],
  'packages/local-engine/command': ['packages/local-engine/index.ts'],
  'packages/local-engine': [],

  tools: TOOLS,
  // Operators run the real commands there.
  'tools/simulate': [...TOOLS, 'tools/script.ts', 'cli/program.ts', 'cli/commands/'],
  examples: ['cdk/index.ts', 'services/shared/index.ts', 'schemas/generated/event-contracts.ts'],
};

const imports = importsBySource();

describe('imports point one way', () => {
  test('there are imports to look at', () => {
    expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  });

  test('every import is allowed by the table', () => {
    expect(findForbidden(imports, ALLOWED)).toEqual([]);
  });

  test('no import leads back to where it came from', () => {
    expect(findCycles(importsBySource(isDefinition))).toEqual([]);
  });

  test('the help of a command comes at once: it loads the definitions, and no SDK, CDK or engine', () => {
    const packages = packagesLoadedBy('cli/main.ts', ['cli/program.ts']);
    expect([...packages].sort()).toEqual(['@commander-js/extra-typings']);
  });

  test.each([
    ['trace', ['cloudformation', 'cloudwatch-logs', 'dynamodb']],
    ['register', ['cloudformation', 'dynamodb']],
    ['events', ['cloudformation', 'eventbridge', 'sqs']],
  ])('%s loads the clients of the services that it calls, and no others', (command, services) => {
    const packages = packagesLoadedBy(`cli/commands/${command}/${command}.ts`, []);
    const clients = [...packages].filter((name) => name.startsWith('@aws-sdk/client-')).sort();
    expect(clients).toEqual(services.map((service) => `@aws-sdk/client-${service}`));
  });
});

describe('the rules are kept', () => {
  const allowed: AllowedImports = { 'one/*': ['two/', 'one/*/index.ts'], two: [] };

  test('given an import of its own slice, of an allowed folder, or of an entry, there is nothing to say', () => {
    const good = new Map([['one/a/x.ts', ['one/a/y.ts', 'two/deep/z.ts', 'one/b/index.ts']]]);
    expect(findForbidden(good, allowed)).toEqual([]);
  });

  test("given an import of another capability's internals, it is named with the rule", () => {
    expect(findForbidden(new Map([['one/a/x.ts', ['one/b/y.ts']]]), allowed)).toEqual([
      'one/a/x.ts imports one/b/y.ts, but one/* imports only from itself and two/, one/*/index.ts',
    ]);
  });

  test('given an import of what is above, it is named with the rule', () => {
    expect(findForbidden(new Map([['two/x.ts', ['one/a/index.ts']]]), allowed)).toEqual([
      'two/x.ts imports one/a/index.ts, but two imports only from itself',
    ]);
  });

  test('given sources that import each other, the way round is named', () => {
    const round = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    expect(findCycles(round)).toEqual(['b.ts → c.ts → b.ts']);
  });
});
