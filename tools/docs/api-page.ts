import { join } from 'node:path';
import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { type ApiEntry, type ApiMember, type ApiTag, readApi } from './read-api.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const API_PAGE = join(ROOT, 'docs', 'cdk-api.md');

/** The current content of the page. @throws {Error} for what is exported without a comment */
export async function apiPage(): Promise<string> {
  return renderApi(await readApi(join(ROOT, 'cdk', 'index.ts')));
}

/** The page of what a module exports: classes and functions first, then the types that they use. */
export function renderApi(entries: readonly ApiEntry[]): string {
  const isType = ({ kind }: ApiEntry) => kind === 'interface' || kind === 'type';
  const [parts, types] = [entries.filter((each) => !isType(each)), entries.filter(isType)];
  const places = placesOf([...parts, ...types]);
  const rows = parts.map(({ name, text }) => [linked(`\`${name}\``, places), linked(firstSentence(text), places)]);
  const sections = [
    INTRODUCTION,
    markdownTable(['part', 'what'], rows),
    ...parts.map((entry) => section(entry, places, '##')),
    '## Types',
    ...types.map((entry) => section(entry, places, '###')),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Where on the page each name is. */
type Places = ReadonlyMap<string, string>;

/** As GitHub places headings: of two that differ only in case, the second has a number. */
function placesOf(entries: readonly ApiEntry[]): Places {
  const seen = new Map<string, number>();
  return new Map(
    entries.map(({ name }): [string, string] => {
      const anchor = name.toLowerCase();
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return [name, `#${anchor}${times === 0 ? '' : `-${times}`}`];
    }),
  );
}

function section(entry: ApiEntry, places: Places, heading: string): string {
  const { name, kind, text, tags, members } = entry;
  const examples = tags.filter(({ tag }) => tag === 'example').map(({ text: code }) => fenced(code));
  const facts = tags.flatMap((tag) => factOf(tag, places));
  const columns = kind === 'class' ? CLASS_COLUMNS : INTERFACE_COLUMNS;
  const rows = members.map((member) => columns.map(([, cell]) => linked(cell(member), places)));
  return [
    `${heading} ${name}`,
    ...text.map((paragraph) => linked(paragraph, places)),
    ...(kind === 'interface' ? [] : [fenced(signatureOf(entry))]),
    ...(facts.length > 0 ? [facts.join('\n')] : []),
    ...examples,
    ...(members.length > 0
      ? [
          markdownTable(
            columns.map(([title]) => title),
            rows,
          ),
        ]
      : []),
  ].join('\n\n');
}

type Column = readonly [title: string, cell: (member: ApiMember) => string];

const CLASS_COLUMNS: readonly Column[] = [
  ['member', ({ name }) => `\`${name}\``],
  ['type', ({ type }) => `\`${type}\``],
  ['what', ({ text }) => text.join(' ')],
];

const INTERFACE_COLUMNS: readonly Column[] = [
  ['property', ({ name }) => `\`${name}\``],
  ['type', ({ type }) => `\`${type}\``],
  ['default', ({ byDefault, isOptional }) => (isOptional ? defaultText(byDefault ?? '- none') : '')],
  ['what', ({ text }) => text.join(' ')],
];

/** A value as code; words, which begin with a hyphen, as words; words after a value beside it. */
function defaultText(value: string): string {
  if (value.startsWith('- ')) return value.slice(2);
  const [, code = value, words = ''] = /^(\{\}|\[\]) (.+)$/.exec(value) ?? [];
  return `\`${code}\`${words === '' ? '' : `: ${words}`}`;
}

function signatureOf({ signature }: ApiEntry): string {
  return `${signature.replace(/^export (?:async )?/, '')};`;
}

function fenced(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

function factOf({ tag, text }: ApiTag, places: Places): string[] {
  const [, name = '', rest = ''] =
    /^(?:\{(\w+)\}|(\w+))\s*(.*)$/.exec(text)?.filter((group) => group !== undefined) ?? [];
  switch (tag) {
    case 'param':
      return [`- \`${name}\`: ${linked(rest, places)}`];
    case 'typeParam':
      return [`- type \`${name}\`: ${linked(rest, places)}`];
    case 'returns':
      return [`- returns ${linked(text, places)}`];
    case 'throws':
      return [`- throws ${linked(`\`${name}\``, places)} ${linked(rest, places)}`];
    case 'see':
      return [`- see <${text}>`];
    default:
      return [];
  }
}

/** Links of comments, and names that stand alone as code, lead to their place on the page. */
function linked(text: string, places: Places): string {
  return text
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/`(\w+)`/g, (code, name: string) => (places.has(name) ? `[${code}](${places.get(name)})` : code));
}

function firstSentence(text: readonly string[]): string {
  const [first = ''] = text;
  return /^.+?[.:](?=\s|$)/.exec(first)?.[0].replace(/:$/, '.') ?? first;
}

const INTRODUCTION = `<!-- Written by npm run api:docs from the comments in cdk/index.ts and what it exports. Change those. -->

# CDK parts

What a CDK app of another team imports from \`user-bucket-pipeline/cdk\`. The package is built by \`npm run package\`. Everything is
checked at synthesis, before AWS sees it: what AWS would refuse, and what could never work.`;
