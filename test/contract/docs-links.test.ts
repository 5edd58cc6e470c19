import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');

/** Folders that hold what others wrote, or what is made anew. Those whose names begin with a dot are passed over too. */
const NOT_OURS = ['node_modules', 'cdk.out', 'dist'];

describe('the documents', () => {
  const documents = markdownFiles(ROOT);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  test('are found', () => {
    expect(documents.map((file) => relative(ROOT, file))).toEqual(
      expect.arrayContaining(['README.md', join('docs', 'architecture.md'), join('docs', 'decisions', 'README.md')]),
    );
  });

  test('link only to files and headings that are there', () => {
    expect(documents.flatMap((file) => brokenLinks(file, ROOT))).toEqual([]);
  });

  test('name only npm scripts that are there', () => {
    expect(documents.flatMap((file) => unknownScripts(file, ROOT, Object.keys(scripts)))).toEqual([]);
  });

  test('are all reached from the README', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !file.endsWith('.md') || !existsSync(file)) return;
      reached.add(file);
      for (const { path } of relativeLinks(readFileSync(file, 'utf8'))) if (path) visit(resolve(dirname(file), path));
    };
    visit(join(ROOT, 'README.md'));
    expect(documents.filter((file) => !reached.has(file)).map((file) => relative(ROOT, file))).toEqual([]);
  });
});

describe('the check of a document', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'documents-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (text: string): string => {
    const file = join(folder, 'some.md');
    writeFileSync(file, text);
    return file;
  };

  test('names a link to a file that is not there', () => {
    expect(brokenLinks(written('see [it](missing.md)'), folder)).toEqual(['some.md: missing.md']);
  });

  test('names a link to a heading that is not there, in another document and in its own', () => {
    writeFileSync(join(folder, 'other.md'), '# One heading');
    const links = brokenLinks(written('# Mine\n[a](other.md#two-headings) [b](#yours)'), folder);
    expect(links).toEqual(['some.md: other.md#two-headings', 'some.md: #yours']);
  });

  test('passes links that lead somewhere, and leaves those of code and of the web alone', () => {
    writeFileSync(join(folder, 'other.md'), "## A subscriber's `DLQ`, again");
    const text = [
      '# Mine, *and* yours',
      '[a](other.md#a-subscribers-dlq-again) [b](#mine-and-yours) [c](https://example.com/missing.md)',
      '```ts',
      'const [a](missing.md)',
      '```',
      '`[d](missing.md)`',
    ].join('\n');
    expect(brokenLinks(written(text), folder)).toEqual([]);
  });

  test('names an npm script that is not there, also in code', () => {
    const file = written('`npm run build`\n\n```sh\nnpm start -- --once\nnpm run jest -- test/unit\nnpm test\n```');
    expect(unknownScripts(file, folder, ['jest', 'test'])).toEqual(['some.md: npm run build', 'some.md: npm start']);
  });
});

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || NOT_OURS.includes(entry.name)) return [];
    if (entry.isDirectory()) return markdownFiles(join(folder, entry.name));
    return entry.name.endsWith('.md') ? [join(folder, entry.name)] : [];
  });
}

function brokenLinks(file: string, root: string): string[] {
  const leadsSomewhere = ({ path, heading }: Link): boolean => {
    const target = path === '' ? file : resolve(dirname(file), path);
    if (!existsSync(target)) return false;
    return heading === undefined || headings(readFileSync(target, 'utf8')).includes(heading);
  };
  return relativeLinks(readFileSync(file, 'utf8'))
    .filter((link) => !leadsSomewhere(link))
    .map(({ written }) => `${relative(root, file)}: ${written}`);
}

interface Link {
  readonly written: string;
  /** Empty for a heading of the same document. */
  readonly path: string;
  readonly heading?: string;
}

function relativeLinks(markdown: string): Link[] {
  const prose = withoutCode(markdown).replaceAll(/`[^`\n]*`(?!\])/g, '');
  return [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map(([, written = '']) => written)
    .filter((written) => !/^[a-z]+:/i.test(written))
    .map((written) => {
      const [path = '', heading] = written.split('#');
      return { written, path: decodeURIComponent(path), ...(heading === undefined ? {} : { heading }) };
    });
}

/** The anchors that GitHub makes of headings: lower case, without punctuation, a hyphen for each space. */
function headings(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#+ +(.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** A document without its fenced code. */
function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, '');
}

function unknownScripts(file: string, root: string, known: readonly string[]): string[] {
  const commands = [...readFileSync(file, 'utf8').matchAll(/\bnpm (?:run (?:-s )?([\w:-]*\w)|(start|test)\b)/g)];
  return commands
    .filter(([, run, shorthand]) => !known.includes(run ?? shorthand ?? ''))
    .map(([command]) => `${relative(root, file)}: ${command}`);
}
