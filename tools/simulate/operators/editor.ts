import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { currentScope } from '../world/scope.ts';
import type { World } from '../world/world.ts';

const require = createRequire(import.meta.url);

/** The variable that names it, as a shell has it. */
export const EDITOR = { EDITOR: 'simulated-editor' };

/** How long a person takes to edit an event. */
const EDITING_MS = 4000;

/** An event as `dlq redrive --edit` shows it. */
interface Shown {
  readonly data: { readonly createdAt?: number };
}

/** Replaces `spawn` of `node:child_process` for the rest of the process: the one program that a command starts is an editor. */
export function installEditor(world: World): void {
  require('node:child_process').spawn = (command: string) => {
    const file = /^simulated-editor "(.+)"$/.exec(command)?.[1];
    if (file === undefined || currentScope() === undefined) {
      throw new Error(`Only operators start programs in a simulation, and only an editor, not ${command}.`);
    }
    const child = new EventEmitter();
    world.after(EDITING_MS, () => {
      writeFileSync(file, edited(readFileSync(file, 'utf8')));
      child.emit('exit', 0, null);
    });
    return child;
  };
  syncBuiltinESMExports();
}

/** The same event, made a second later. */
function edited(text: string): string {
  const { data, ...event } = JSON.parse(text) as Shown;
  return JSON.stringify({ ...event, data: { ...data, createdAt: (data.createdAt ?? 0) + 1 } });
}
