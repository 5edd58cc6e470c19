import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { type DocumentedSetting, documentedSettings } from './documented-settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const CONFIGURATION_PAGE = join(ROOT, 'docs', 'configuration.md');

/** The page as it should be. @throws {Error} for a setting whose comment contradicts what is checked */
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

What is deployed is decided in [\`cdk.json\`](../cdk.json), by settings that have a type
([\`cdk/stage-settings.ts\`](../cdk/stage-settings.ts)) and a cautious default. Nothing else is read: no environment
variable, and nothing from AWS. A value that is not allowed is refused at synthesis, all of them at once, each with its
name, what is allowed there, and what was received. How to deploy is on [another page](deploying.md).

## Stages

A stage is a deployed copy of the pipeline, the stack \`user-bucket-pipeline-STAGE\`. Any number of them can live in one
account and Region. Those of this project are \`dev\`, which leaves nothing behind, and \`prod\`, which keeps everything.

**Another stage** gets a name of 1 to 20 lower-case letters, digits and single hyphens, beginning with a letter, and a place
in \`cdk.json\`; an empty one has the defaults:

\`\`\`json
{ "context": { "stages": { "staging": {} } } }
\`\`\`

A name that is not there is refused. Otherwise \`-c stage=prdo\` would be one more pipeline, with a table and a bus of its
own, and nobody would have been told.

**What \`prod\` protects.** Its stack cannot be deleted as long as \`terminationProtection\` is on, and its table as long as
\`tableDeletionProtection\` is: DynamoDB refuses every DeleteTable. With \`removalPolicy\`
\`retain\`, the table, the bus, its archive, the dead-letter queues and the logs stay when the stack goes, and also when a
change of the template would replace them. A stage that sets nothing protects the same. Users' buckets belong to no stack
and stay in every stage.

## Context values

\`cdk\` takes them on the command line as \`-c NAME=VALUE\`, and so do \`npm run deploy\` and \`npm run destroy\`.

| value            | meaning                                                                                           |
| ---------------- | ------------------------------------------------------------------------------------------------- |
| \`stage\`          | which stage it is about; \`dev\` when left out, as \`cdk.json\` says                                  |
| \`tableArn\`       | a sign-up table that is there already: \`arn:PARTITION:dynamodb:REGION:ACCOUNT:table/NAME\`         |
| \`tableStreamArn\` | that table's stream: \`TABLE_ARN/stream/LABEL\`. Both or none; without them the stack makes a table |

A value of another name is refused, with the nearest name that there is, unless the CDK knows it: \`-c stgae=prod\` would
otherwise deploy \`dev\`.

The two ARNs can also stand in the stage, which is safer: a deployment that forgets them makes a new table. Settings of a
stage cannot be given on the command line.

## Settings of a stage

What a bucket gets is decided when it is made. A changed setting is for new buckets; one that is there gets what is switched
on now when its registration is replayed, and keeps what is switched off now. Locally, the engine keeps policies, CORS rules
and lifecycles and shows them, and does not act on them.`;
