import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../../services/shared/environment.ts';

describe('reading the environment', () => {
  it('gives the values by name', () => {
    expect(readEnvironment(['A', 'B'], { A: '1', B: '2', C: '3' })).toEqual({ A: '1', B: '2' });
  });

  it('names every variable that is missing or empty, at once', () => {
    expect(() => readEnvironment(['HERE', 'GONE', 'EMPTY'], { HERE: 'x', EMPTY: '' })).toThrow(
      'environment variables missing or empty: GONE, EMPTY',
    );
  });
});
