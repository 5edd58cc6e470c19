import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { type DocumentedSetting, documentedSettings } from './documented-settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const CONFIGURATION_PAGE = join(ROOT, 'docs', 'configuration.md');

/** The current content of the page. @throws {Error} for a setting whose comment contradicts what is checked */
export async function configurationPage(): Promise<string> {
  const { context } = JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8'));
  return renderPage(await documentedSettings(), context.stages);
}

/** A stage's own settings, as `cdk.json` has them. */
type WrittenSettings = Readonly<Record<string, unknown>>;

/**
 * The page that says what can be configured.
 *
 * @param stages those of `cdk.json`, by name
 */
function renderPage(settings: readonly DocumentedSetting[], stages: Readonly<Record<string, WrittenSettings>>): string {
  const names = Object.keys(stages);
  const rows = settings.map(({ path, defaultText }) => [
    `[\`${path}\`](#${path.toLowerCase()})`,
    code(defaultText),
    ...names.map((name) => (path in (stages[name] ?? {}) ? code(JSON.stringify(stages[name]?.[path])) : '')),
  ]);
  const parts = [
    INTRODUCTION,
    markdownTable(['setting', 'default', ...names.map((name) => `in \`${name}\``)], rows),
    ...settings.map(section),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section({ path, text, parts, costs, see, ...values }: DocumentedSetting): string {
  const table = markdownTable(
    ['part', 'must be', 'default', 'meaning'],
    parts.map((part) => [
      code(part.path.slice(path.length + 1)),
      part.allowed,
      code(part.defaultText),
      part.text.join(' '),
    ]),
  );
  const facts = [
    `- must be: ${values.allowed}`,
    `- default: ${code(values.defaultText)}`,
    ...(costs === undefined ? [] : [`- costs: ${costs}`]),
    ...(see === undefined ? [] : [`- see <${see}>`]),
  ];
  return [`### ${code(path)}`, ...text, facts.join('\n'), ...(parts.length > 0 ? [table] : [])].join('\n\n');
}

/** A value as code; words, which begin with a hyphen, as words. */
function code(value: string): string {
  return value.startsWith('- ') ? value.slice(2) : `\`${value}\``;
}

const INTRODUCTION = `<!-- Written by npm run config:docs from cdk/stage-settings.ts and cdk.json. Change those. -->

# Configuration

[\`cdk.json\`](../cdk.json) decides what is deployed. Its settings have a type
([\`cdk/stage-settings.ts\`](../cdk/stage-settings.ts)) and a cautious default. Synthesis reads nothing else: no environment
variable, and nothing from AWS. It refuses values that are not allowed, all at once, and names each setting, the allowed
values, and what it got. How to deploy is on [another page](deploying.md).

## Stages

A stage is a deployed copy of the pipeline, the stack \`user-bucket-pipeline-STAGE\`. One account and Region can hold any number
of them. This project has \`dev\`, which leaves nothing behind when it is deleted, and \`prod\`, which keeps everything.

**To add a stage**, give it a name of 1 to 20 lower-case letters, digits and single hyphens, beginning with a letter, and add it
to \`cdk.json\`. An empty stage has the defaults:

\`\`\`json
{ "context": { "stages": { "staging": {} } } }
\`\`\`

A name that is not in \`cdk.json\` is refused. Otherwise \`-c stage=prdo\` would silently deploy one more pipeline, with its own
table and bus.

**What \`prod\` protects.** Its stack cannot be deleted while \`terminationProtection\` is on, nor its table while
\`tableDeletionProtection\` is on: DynamoDB refuses every DeleteTable. With \`removalPolicy\`
\`retain\`, the table, the bus, its archive, the dead-letter queues and the logs stay when the stack is deleted, and when a
template change would replace them. A stage that sets nothing is protected in the same way. Users' buckets belong to no stack
and stay in every stage.

## Context values

\`cdk\` takes them on the command line as \`-c NAME=VALUE\`, and so do \`npm run deploy\` and \`npm run destroy\`.

| value            | meaning                                                                                                |
| ---------------- | ------------------------------------------------------------------------------------------------------ |
| \`stage\`          | the stage; the default is \`dev\`, set in \`cdk.json\`                                                     |
| \`tableArn\`       | an existing sign-up table: \`arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME\`                          |
| \`tableStreamArn\` | that table's stream: \`TABLE_ARN/stream/LABEL\`. Give both or none; without them the stack makes a table |

An unknown name is refused, and the nearest known name is suggested: otherwise \`-c stgae=prod\` would deploy \`dev\`. Names
that the CDK itself knows are allowed.

It is safer to write the two ARNs into the stage: a deployment that forgets them on the command line makes a new table. Settings
of a stage cannot be given on the command line.

## Settings of a stage

A bucket gets its settings when it is created. A changed setting applies to new buckets. An existing bucket gets newly enabled
settings when its registration is replayed, and keeps those that were disabled. The local engine stores policies, CORS rules
and lifecycles and returns them, but does not apply them.`;
