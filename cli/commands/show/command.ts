import type { Command } from '@commander-js/extra-typings';
import { withTarget } from '../../options.ts';
import type { ShowOptions } from './show.ts';

const JSON_HELP =
  'print one JSON object: userId, state (registeredAt, correlationId, isBucketThere, isUriRecorded, isTheirs, isTagged, ' +
  'problems), row (table, attributes), bucket (name, region, tags, publicAccessBlock, cors, policy, versioning, encryption); ' +
  'null is not there, {hidden, needs} lacks a permission';

export function add(program: Command): void {
  const command = program
    .command('show')
    .description("show a user's row, bucket and state on one screen")
    .argument('<userId>', 'id of the user')
    .option('--all', "show the values of the row's other attributes too; they may be personal")
    .option('--json', JSON_HELP)
    .addHelpText('after', '\nExit codes: 0 all is well, 1 something is missing, or there is no such user.');
  withTarget(command).action(async (userId: string, options: ShowOptions) =>
    (await import('./show.ts')).show(userId, options),
  );
}
