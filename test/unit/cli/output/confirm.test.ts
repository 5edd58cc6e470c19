import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { confirm, confirmByName, requireConfirmable } from '../../../../cli/output/confirm.ts';
import { UsageError } from '../../../../operations/messages/errors.ts';

/** A person at a terminal, who can type. */
function person() {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  return { input, output: new PassThrough() };
}

describe('a question', () => {
  test.each([
    ['y', true],
    ['Y', true],
    ['yes', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yep', false],
    ['y y', false],
    ['no', false],
  ])('answered with %j is agreed to: %s', async (answer, agreed) => {
    const terminal = person();
    terminal.input.write(`${answer}\n`);
    expect(await confirm('Redrive 12 events?', {}, terminal)).toBe(agreed);
    terminal.output.end();
    expect(await text(terminal.output)).toBe('Redrive 12 events? [y/N] ');
  });

  test('that was agreed to beforehand is not asked, terminal or not', async () => {
    const terminal = person();
    expect(await confirm('Sure?', { yes: true }, terminal)).toBe(true);
    terminal.output.end();
    expect(await text(terminal.output)).toBe('');
    expect(await confirm('Sure?', { yes: true }, { ...person(), input: new PassThrough() })).toBe(true);
  });

  test('is refused without a terminal, and says what to add', async () => {
    const asked = confirm('Sure?', {}, { ...person(), input: new PassThrough() });
    await expect(asked).rejects.toThrow(UsageError);
    await expect(asked).rejects.toThrow(
      'there is no terminal to ask for confirmation: add --yes to confirm, or --dry-run to only see what would happen',
    );
    const withoutDryRun = confirm('Sure?', { hasDryRun: false }, { ...person(), input: new PassThrough() });
    await expect(withoutDryRun).rejects.toThrow(/: add --yes to confirm$/);
  });

  test('that cannot be asked is known before the work that leads to it', () => {
    const nobody = { ...person(), input: new PassThrough() };
    expect(() => requireConfirmable({}, nobody)).toThrow(UsageError);
    expect(() => requireConfirmable({ yes: true }, nobody)).not.toThrow();
    expect(() => requireConfirmable({}, person())).not.toThrow();
  });

  test('that is stopped, before or while it is asked, is not agreed to', async () => {
    expect(await confirm('Sure?', { signal: AbortSignal.abort() }, person())).toBe(false);
    const stopping = new AbortController();
    const asked = confirm('Sure?', { signal: stopping.signal }, person());
    stopping.abort();
    expect(await asked).toBe(false);
  });

  test('whose reader leaves, as with Ctrl-D, is not agreed to', async () => {
    const terminal = person();
    terminal.input.end();
    expect(await confirm('Sure?', {}, terminal)).toBe(false);
  });
});

describe('a question for a name', () => {
  test.each([
    ['user-bucket-pipeline-dev', true],
    [' user-bucket-pipeline-dev ', true],
    ['user-bucket-pipeline-prod', false],
    ['yes', false],
    ['', false],
  ])('answered with %j is agreed to: %s', async (answer, agreed) => {
    const terminal = person();
    terminal.input.write(`${answer}\n`);
    expect(await confirmByName('Which one?', 'user-bucket-pipeline-dev', {}, terminal)).toBe(agreed);
  });

  test('is not asked where it was agreed to, and refused without a terminal', async () => {
    const nobody = { ...person(), input: new PassThrough() };
    expect(await confirmByName('Which one?', 'x', { yes: true }, nobody)).toBe(true);
    await expect(confirmByName('Which one?', 'x', {}, nobody)).rejects.toThrow(UsageError);
  });
});
