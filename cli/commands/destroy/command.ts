import type { Command } from '@commander-js/extra-typings';
import { withStageOptions } from '../../deployment/stage-options.ts';

const NOTES = `
It first shows what will be deleted, with how much is in it, and what will stay. The buckets of users always stay. A
protected stack is not destroyed. npm run destroy -- OPTIONS is the same.`;

export function add(program: Command): void {
  withStageOptions(program.command('destroy').description("destroy a stage's stack on AWS"))
    .addHelpText('after', NOTES)
    .action(async (options) => (await import('./destroy.ts')).destroy(options));
}
