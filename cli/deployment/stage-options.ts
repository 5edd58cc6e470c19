import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, oneMore } from '../options.ts';

/** Gives a command the options that say which stage it is about, and whether it asks. */
export function withStageOptions(command: Command) {
  return command
    .option('--stage <name>', 'which stage of cdk.json (default: the one that its context names)')
    .option('-c, --context <name=value>', 'a context value for the CDK, such as tableArn=arn:…; repeatable', oneMore)
    .option('--dry-run', 'show what would happen, and change nothing')
    .option('--yes', 'do not ask');
}

export type StageOptions = OptionsOf<typeof withStageOptions>;
