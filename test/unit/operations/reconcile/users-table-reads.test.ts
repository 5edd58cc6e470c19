import { describe, expect, it } from '@jest/globals';
import { usersTable } from '../../../../operations/deployed/users-table.ts';
import { TABLE_MADE_AT, World } from './world.ts';

describe('the users table', () => {
  it('counts users without URI over all pages, and reads nothing else of them', async () => {
    const w = new World();
    w.register('alice');
    for (let user = 0; user < 7; user++) w.addRow(`user-${user}`);
    expect(await usersTable(w.on).countWithoutUri()).toBe(7);
    expect(w.calls.filter((call) => call === 'ScanCommand')).toHaveLength(4);
    expect(await usersTable(w.on).countWithoutUri(AbortSignal.abort())).toBeLessThan(7);
  });

  it('asks again for rows that did not fit into an answer, and leaves out those that are gone', async () => {
    const w = new World();
    for (const userId of ['a', 'b', 'c', 'd', 'e']) w.addRow(userId);
    w.pageSize = 2;
    const rows = await usersTable(w.on).readRows(['a', 'b', 'c', 'd', 'e', 'gone']);
    expect(rows.map(({ userId }) => userId)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('was made at a whole second', async () => {
    expect(await usersTable(new World().on).readFacts()).toEqual({ createdAt: TABLE_MADE_AT, rows: 0 });
  });
});
