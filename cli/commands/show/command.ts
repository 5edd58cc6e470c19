import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, withTarget } from '../../options.ts';

const JSON_HELP =
  'print one JSON object: userId, state (registeredAt, correlationId, isBucketThere, isUriRecorded, isTheirs, isTagged, ' +
  'problems), row (table, attributes), bucket (name, region, tags, publicAccessBlock, cors, policy, versioning, encryption); ' +
  'null: it does not exist or is not set; {hidden, needs}: no permission';

const define = (program: Command) =>
  withTarget(
    program
      .command('show')
      .description("show a user's row, bucket and state on one screen")
      .argument('<userId>', 'id of the user')
      .option('--all', "also show the values of the row's other attributes; they may be personal")
      .option('--json', JSON_HELP),
  ).addHelpText('after', '\nExit codes: 0 all is well, 1 something is missing, or there is no such user.');

export type ShowOptions = OptionsOf<typeof define>;

export function add(program: Command): void {
  define(program).action(async (userId, options) => (await import('./show.ts')).show(userId, options));
}
