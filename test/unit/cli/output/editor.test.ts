import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { editorOf, editText } from '../../../../cli/output/editor.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';
import { editorThatReplaces } from '../../../support/editor.ts';

test('the editor is VISUAL, or else EDITOR; without both, what to set is said', () => {
  expect(editorOf({ VISUAL: 'code --wait', EDITOR: 'vi' })).toBe('code --wait');
  expect(editorOf({ VISUAL: '', EDITOR: 'vi' })).toBe('vi');
  expect(() => editorOf({})).toThrow(UsageError);
  expect(() => editorOf({})).toThrow('set EDITOR');
});

test('a text is edited in a file that is not for others, and gone afterwards', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'editor-test-'));
  const script = join(folder, 'editor.cjs');
  const note = join(folder, 'note.json');
  writeFileSync(
    script,
    `const fs = require('fs'); const file = process.argv[2];
fs.writeFileSync(${JSON.stringify(note)}, JSON.stringify({ file, mode: fs.statSync(file).mode & 0o777 }));
fs.appendFileSync(file, ' more');`,
  );
  expect(await editText('text', { editor: `"${process.execPath}" "${script}"`, name: 'event.json' })).toBe('text more');
  const { file, mode } = JSON.parse(await readFile(note, 'utf8'));
  expect(file).toMatch(/event\.json$/);
  expect(mode).toBe(0o600);
  expect(existsSync(file)).toBe(false);
  await rm(folder, { recursive: true });
});

test('an editor may have arguments of its own', async () => {
  expect(await editText('{"a": "soon"}', { editor: editorThatReplaces('"soon"', '1'), name: 'event.json' })).toBe(
    '{"a": 1}',
  );
});

test('an editor that removes the file changes nothing', async () => {
  await expect(editText('text', { editor: 'rm', name: 'event.json' })).rejects.toThrow(
    /^the editor "rm" left no text; nothing was changed: ENOENT/,
  );
});

test('an editor that ends with an error changes nothing', async () => {
  await expect(editText('text', { editor: 'exit 3;', name: 'event.json' })).rejects.toThrow(
    new CommandFailure('the editor "exit 3;" ended with 3; nothing was changed'),
  );
});
