import { Command } from 'commander';
import type { DeployOptions } from '../commands/deploy/deploy.ts';
import { oneMore } from '../options.ts';

const DEPLOY_NOTES = `
Before anything is done it reads the stage's config, looks at a table that is there already, and says what will happen.
It goes to the account and the Region of your AWS credentials. Exit code 1 if it cannot work, with what to do.`;

const DESTROY_NOTES = `
Before anything is done it says what will be deleted, with how much is in it, and what will stay. The buckets of users
always stay. A stack that is protected is not destroyed.`;

/** The two commands that run the CDK CLI, and their options. */
export function createProgram(): Command {
  const program = new Command('npm run')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`) });
  withStage(program.command('deploy').description('deploy a stage to AWS'), DEPLOY_NOTES).action(
    async (options: DeployOptions) => (await import('../commands/deploy/deploy.ts')).deploy(options),
  );
  withStage(program.command('destroy').description("destroy a stage's stack on AWS"), DESTROY_NOTES).action(
    async (options: DeployOptions) => (await import('../commands/destroy/destroy.ts')).destroy(options),
  );
  return program;
}

function withStage(command: Command, notes: string): Command {
  return command
    .usage('-- [options]')
    .option('--stage <name>', 'which stage of cdk.json (default: the one that its context names)')
    .option(
      '-c, --context <name=value>',
      'a context value for the CDK, such as tableArn=arn:…; repeatable',
      oneMore,
      [],
    )
    .option('--dry-run', 'say what would happen, and do nothing')
    .option('--yes', 'do it without asking')
    .addHelpText('after', notes);
}
