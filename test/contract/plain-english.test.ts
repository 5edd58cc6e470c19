import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FILES, ROOT } from './support/imports.ts';

/** Phrases that made our texts hard to read, each with what to write instead. */
const STIFF: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bnobody\b/i, 'say who it is about, or use the passive'],
  [/\bwhoever\b|\bwhatever\b/i, 'anyone who, what'],
  [/\bin vain\b/i, 'without effect'],
  [/\bjust so\b/i, 'the same way'],
  [/\bdoes not mind\b/i, 'accepts'],
  [/\b(tells|told) (a|the) person\b|\bis told\b|\bare told\b/i, 'reports, shows, says'],
  [/\bstands in\b|\bstand in\b/i, 'is in'],
  [/\bgoes on\b|\bgo on\b/i, 'continues'],
  [/\b(is|are) to be\b/i, 'must be, will be'],
  [/\bof which\b/i, 'split the sentence'],
  [/\bso many\b/i, 'the number, or as many'],
  [/\bwork(ed|s|ing)? off\b/i, 'process'],
  [/\bunder way\b/i, 'pending, running'],
  [/\bof (its|their) own accord\b|\bby and by\b/i, 'by itself'],
  [/\banew\b/i, 'again'],
];

/** JSON fields that keep their old names, as help says. */
const OLD_FIELDS = 'mend, mendable, mended, underWay';

/** What a reader sees of a page: no code blocks. */
function proseOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
}

/** The texts in a source: string literals with a blank in them, and what stands between the values of templates. */
function textsOf(source: string): string[] {
  const code = readFileSync(join(ROOT, source), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '');
  const literals = code.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return literals
    .filter((literal) => literal.includes(' '))
    .map((literal) => literal.replace(OLD_FIELDS, '').replaceAll(/\$\{[^}]*\}/g, '…'));
}

function stiffIn(file: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    STIFF.flatMap(([phrase, instead]) => {
      const found = phrase.exec(text);
      if (found === null) return [];
      const around = text.slice(Math.max(0, found.index - 40), found.index + 40).replaceAll(/\s+/g, ' ');
      return [`${file}: “…${around}…”: write “${instead}” instead of “${found[0]}”`];
    }),
  );
}

const PAGES = FILES.filter(
  (file) => file.endsWith('.md') && file !== 'CHANGELOG.md' && !file.startsWith('docs/decisions/'),
);
const SOURCES = FILES.filter((file) =>
  /^(cdk|cli|console|operations|packages|schemas|services|tools)\/.*\.(tsx?|mjs)$/.test(file),
);

describe('what people read is in plain English', () => {
  test('there are pages and sources to look at', () => {
    expect(PAGES.length).toBeGreaterThan(10);
    expect(SOURCES.length).toBeGreaterThan(200);
  });

  test('pages', () => {
    expect(PAGES.flatMap((page) => stiffIn(page, [proseOf(page)]))).toEqual([]);
  });

  test('messages, help and output', () => {
    expect(SOURCES.flatMap((source) => stiffIn(source, textsOf(source)))).toEqual([]);
  });

  test('given a stiff phrase, it is found with what to write instead', () => {
    expect(stiffIn('a.md', ['how each is mended'])).toEqual([
      'a.md: “…how each is mended…”: write “fix” instead of “mended”',
    ]);
  });
});
