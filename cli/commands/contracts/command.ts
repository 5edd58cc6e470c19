import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, withTarget } from '../../options.ts';

const COMPARE_NOTES = `
A version is named as its schema file, such as user-registered.v1; with @released behind it, it is what was last
released. Two things must stay true: every archived event is valid under the new version, and every new event is to
a reader of the old one. npm run schemas:compat asks the same before each release. Exit code 1 if it is breaking.

  npx pipeline contracts compare user-registered.v1@released user-registered.v1`;

const defineList = (contracts: Command) =>
  withTarget(
    contracts
      .command('list')
      .description('show every version of every event, who publishes it, and which rules of the bus take it')
      .option(
        '--json',
        'print one JSON object per version: name, type, version, source, description, published, producer, state, ' +
          'subscribers (who, rule, kind, enabled, condition, skipsReplays), fields, samples',
      ),
  );

const defineShow = (contracts: Command) =>
  withTarget(
    contracts
      .command('show')
      .argument(
        '<name>',
        'an event such as UserRegistered, for its newest version, or a version such as user-registered.v1',
      )
      .description('show one version: its fields, samples, producer and subscribers')
      .option('--json', 'print one JSON object, as list does'),
  );

const defineCompare = (contracts: Command) =>
  contracts
    .command('compare')
    .argument('<older>', 'a version, such as user-registered.v1@released')
    .argument('<newer>', 'another one of the same event')
    .description('compare two versions of an event, and say whether readers of one understand the other')
    .option(
      '--json',
      'print one JSON object: older, newer, verdict, text, differences (field, kind, before, after, breaking)',
    )
    .addHelpText('after', COMPARE_NOTES);

export type ContractsListOptions = OptionsOf<typeof defineList>;
export type ContractsShowOptions = OptionsOf<typeof defineShow>;
export type ContractsCompareOptions = OptionsOf<typeof defineCompare>;

export function add(program: Command): void {
  const contracts = program
    .command('contracts')
    .description('show the event contracts with those who publish and take them, or compare two versions')
    .helpCommand(false);
  defineList(contracts).action(async (options) => (await import('./contracts.ts')).contractsList(options));
  defineShow(contracts).action(async (name, options) => (await import('./contracts.ts')).contractsShow(name, options));
  defineCompare(contracts).action(async (older, newer, options) =>
    (await import('./contracts.ts')).contractsCompare(older, newer, options),
  );
}
