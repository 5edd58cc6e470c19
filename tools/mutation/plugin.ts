/** What Stryker loads, in its own process and in those that run tests. */
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { NativeTestRunner } from './test-runner.ts';
import { TextsForPeople } from './texts.ts';

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'native', NativeTestRunner),
  declareClassPlugin(PluginKind.Ignore, 'texts', TextsForPeople),
];
