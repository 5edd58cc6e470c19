import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from '@jest/globals';
import { readLines } from '../../../../packages/local-engine/lambda/runtime-process.ts';

async function linesOf(chunks: readonly (string | Buffer)[], longest?: number): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line), longest);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  // `finished` hears of the end before those who listened for the close.
  await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

test.each<{ given: string; chunks: readonly (string | Buffer)[]; lines: string[] }>([
  { given: 'several lines in one piece', chunks: ['a\nb\n'], lines: ['a', 'b'] },
  { given: 'a line in several pieces', chunks: ['a', 'b', 'c\nd', '\n'], lines: ['abc', 'd'] },
  { given: 'Windows’ line ends, also torn ones', chunks: ['a\r\nb\r', '\nc'], lines: ['a', 'b', 'c'] },
  { given: 'a rest without a line end', chunks: ['a\nb'], lines: ['a', 'b'] },
  { given: 'empty lines', chunks: ['\n\na\n'], lines: ['', '', 'a'] },
  { given: 'nothing', chunks: [], lines: [] },
  {
    given: 'what other readers take for line ends',
    chunks: ['{"id":"a\u2028b\u2029c\rd\u0085e\ff"}\n'],
    lines: ['{"id":"a\u2028b\u2029c\rd\u0085e\ff"}'],
  },
  {
    given: 'a character in two pieces',
    chunks: [Buffer.from('지\n').subarray(0, 2), Buffer.from('지\n').subarray(2)],
    lines: ['지'],
  },
])('given $given, the lines are those that were written', async ({ chunks, lines }) => {
  expect(await linesOf(chunks)).toEqual(lines);
});

test.each([
  { given: 'in one piece', chunks: ['abcdefgh\nij\n'], lines: ['abc', 'def', 'gh', 'ij'] },
  { given: 'in several', chunks: ['ab', 'cd', 'ef', 'gh', '\nij'], lines: ['abc', 'def', 'gh', 'ij'] },
  { given: 'with a pair of surrogates at the cut', chunks: ['ab😀cd'], lines: ['ab', '😀c', 'd'] },
])('given a line that is too long, $given, it comes in parts', async ({ chunks, lines }) => {
  expect(await linesOf(chunks, 3)).toEqual(lines);
});
