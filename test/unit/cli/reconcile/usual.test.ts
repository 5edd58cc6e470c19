import { expect, test } from '@jest/globals';
import { createProgram } from '../../../../cli/program.ts';
import { USUAL } from '../../../../operations/reconcile/index.ts';

test('the command has the rate and the times that are usual for the operation', () => {
  const command = createProgram().commands.find((each) => each.name() === 'reconcile');
  const { rate, grace, timeout } = command?.opts() ?? {};
  expect({ rate, graceSeconds: grace, timeoutSeconds: timeout }).toEqual(USUAL);
});
