import type { Command } from '@commander-js/extra-typings';
import { withStageOptions } from '../../deployment/stage-options.ts';

const NOTES = `
It first reads the stage's config, checks an existing table, and shows what will happen. It deploys to the account and the
Region of your AWS credentials. Exit code 1 if it cannot deploy, with what to do. npm run deploy -- OPTIONS is the same.`;

export function add(program: Command): void {
  withStageOptions(program.command('deploy').description('deploy a stage to AWS'))
    .addHelpText('after', NOTES)
    .action(async (options) => (await import('./deploy.ts')).deploy(options));
}
