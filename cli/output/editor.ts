import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure, UsageError } from '../../operations/messages/errors.ts';

/**
 * The command of a person's editor.
 * @param env where `VISUAL` or `EDITOR` stands, in this order
 * @throws UsageError without both
 */
export function editorOf({ VISUAL, EDITOR }: Readonly<Record<string, string | undefined>>): string {
  const editor = VISUAL || EDITOR;
  if (editor) return editor;
  throw new UsageError(
    'no editor is set: set EDITOR to the command of yours, such as EDITOR=vi or EDITOR="code --wait"',
  );
}

/**
 * Lets a person edit a text, in a file that others cannot read and that is gone afterwards.
 * @param editor its command, which a shell runs, as for Git
 * @param name of the file, such as `event.json`: editors show colours by its ending
 * @returns the text as it was saved
 * @throws CommandFailure if the editor cannot be run, or ends with an error, or the file is gone
 */
export async function editText(text: string, { editor, name }: { editor: string; name: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-edit-'));
  const file = join(folder, name);
  try {
    await writeFile(file, text, { mode: 0o600 });
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' });
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== 0)
      throw new CommandFailure(`the editor "${editor}" ended with ${signal ?? code}; nothing was changed`);
    return await readFile(file, 'utf8').catch((cause: Error) => {
      throw new CommandFailure(`the editor "${editor}" left no text; nothing was changed: ${cause.message}`, { cause });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
