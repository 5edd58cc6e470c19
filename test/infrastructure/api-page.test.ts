import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { API_PAGE, apiPage, renderApi } from '../../tools/docs/api-page.ts';
import { readEntry } from '../../tools/docs/read-api.ts';

test('docs/cdk-api.md is up to date; if not, run: npm run api:docs', async () => {
  expect(await readFile(API_PAGE, 'utf8')).toBe(await apiPage());
});

/** Declarations in the style of the project. */
const SOURCE = `/** Not this one. */
const x = 1;

/**
 * Pours tea. It needs a {@link TeaProps}.
 *
 * With milk.
 * @typeParam Leaf what it is made of
 */
export class Tea<Leaf = unknown> extends Drink {
  /** How hot it
   * is. */
  readonly heat: number;
  private readonly secret = 1;

  /** @throws {TeaError} for coffee */
  constructor(scope: Construct, props: TeaProps<Leaf>) {
    super(scope);
    if (heat) {
      throw 1;
    }
  }

  /**
   * Drinks it.
   *
   * @see https://example.com
   */
  sip(times: number): string {
    return '';
  }

  /**
   * Not for others.
   * @internal
   */
  spill(): void {
    this.heat = 0;
  }

  private pour(): void {}
}

/** What \`tea\` needs. */
export interface TeaProps<Leaf> {
  /** The leaf, of one | two kinds. */
  readonly leaf: { readonly a: Leaf; readonly b: string };

  /**
   * Sugar.
   * @default [] none
   */
  readonly sugar?: readonly Sugar[];
}

/**
 * Makes \`Tea\`.
 *
 * @param leaf such as \`green\`
 * @returns the tea
 * @example
 * makeTea({ leaf: 'green' });
 */
export async function makeTea({
  leaf,
}: { readonly leaf: string }): Promise<Tea> {
  return new Tea();
}

/** Sugar, or none. */
export type Sugar =
  | 'brown' // as it comes
  | { readonly kind: string; readonly grams: number };

export type Nothing = never;
`;

describe('what a module exports', () => {
  test('is read with its comments, and without what is not for others', () => {
    expect(readEntry(SOURCE, 'Tea')).toEqual({
      name: 'Tea',
      kind: 'class',
      signature: 'new Tea(scope: Construct, props: TeaProps<Leaf>)',
      text: ['Pours tea. It needs a {@link TeaProps}.', 'With milk.'],
      tags: [
        { tag: 'typeParam', text: 'Leaf what it is made of' },
        { tag: 'throws', text: '{TeaError} for coffee' },
      ],
      members: [
        { name: 'heat', type: 'number', isOptional: false, text: ['How hot it is.'] },
        { name: 'sip(times: number)', type: 'string', isOptional: false, text: ['Drinks it.'] },
      ],
    });
    expect(readEntry(SOURCE, 'TeaProps').members).toEqual([
      expect.objectContaining({ name: 'leaf', type: '{ readonly a: Leaf; readonly b: string }', isOptional: false }),
      expect.objectContaining({ name: 'sugar', type: 'readonly Sugar[]', isOptional: true, byDefault: '[] none' }),
    ]);
    expect(readEntry(SOURCE, 'Sugar').signature).toBe(
      "export type Sugar =\n  | 'brown' // as it comes\n  | { readonly kind: string; readonly grams: number }",
    );
  });

  test.each([
    ['Nothing', SOURCE, 'Nothing has no comment'],
    ['Coffee', SOURCE, 'Coffee: no class, function, interface or type of that name'],
    ['Tea', SOURCE.replace('  /** How hot it\n   * is. */\n', ''), 'Tea.heat has no comment'],
    ['TeaProps', SOURCE.replace('  /** The leaf, of one | two kinds. */\n', ''), 'TeaProps: without a comment: leaf'],
    ['Tea', SOURCE.replace('readonly heat: number;', 'heat = 5;'), 'Tea: a member that is not understood: heat = 5;'],
  ])('%s is refused', (name, source, problem) => {
    expect(() => readEntry(source, name)).toThrow(problem);
  });

  test('is a page with links among its parts', () => {
    const page = renderApi(['Tea', 'TeaProps', 'makeTea', 'Sugar'].map((name) => readEntry(SOURCE, name)));
    for (const part of [
      '| [`Tea`](#tea)         | Pours tea.           |\n',
      '## Tea\n\nPours tea. It needs a [`TeaProps`](#teaprops).\n\nWith milk.\n\n```ts\nnew Tea(scope',
      '- type `Leaf`: what it is made of\n- throws `TeaError` for coffee\n',
      '## makeTea\n\nMakes [`Tea`](#tea).\n',
      "- `leaf`: such as `green`\n- returns the tea\n\n```ts\nmakeTea({ leaf: 'green' });\n```\n",
      '| `sugar`  | `readonly Sugar[]`                         | `[]`: none | Sugar.',
      'one \\| two kinds',
    ]) {
      expect(page).toContain(part);
    }
  });

  test('leads each of two names that differ only in case to its own place', () => {
    const lower = SOURCE.replace('function makeTea', 'function tea');
    const page = renderApi([readEntry(lower, 'tea'), readEntry(SOURCE, 'Tea')]);
    expect(page).toContain('[`tea`](#tea)');
    expect(page).toContain('[`Tea`](#tea-1)');
  });
});
