import { describe, expect, test } from '@jest/globals';
import { findCycles, findForbidden, importsBySource } from './support/imports.ts';

/**
 * What each folder may import of the project, besides itself. A folder within another has a line of its own where more
 * or less is allowed; the longest name that fits decides. `name/` allows all that is in it, `name/*.ts` only the files
 * right in it, as an entry.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  services: ['schemas/'],
  cdk: ['schemas/', 'services/'],
  operations: ['schemas/', 'services/'],
  cli: ['operations/', 'schemas/', 'services/', 'cdk/'],
  'cli/commands/dev': ['cli/', 'operations/', 'cdk/', 'packages/local-engine/'],
  'packages/local-engine': [],
  tools: ['cdk/', 'services/', 'schemas/', 'operations/', 'packages/local-engine/', 'cli/output/'],
  examples: ['cdk/', 'services/', 'schemas/'],
};

const imports = importsBySource();

describe('imports point one way', () => {
  test('there are imports to look at', () => {
    expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  });

  test('every import is allowed by the table', () => {
    expect(findForbidden(imports, ALLOWED)).toEqual([]);
  });

  test('no import leads back to where it came from', () => {
    expect(findCycles(imports)).toEqual([]);
  });
});
