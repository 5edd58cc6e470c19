import type { LabPage } from '../../contract/lab.ts';
import { userAddress } from '../address.ts';
import { Command, Time } from '../parts.tsx';
import { Table } from '../table.tsx';
import { count } from '../texts.ts';

/** Users of a mark that are links; the others are counted. */
const MOST_LINKS = 5;

/** What was done, the newest first, with links to the waterfalls that it touched. */
export function Marks({ page: { marks, commands } }: { readonly page: LabPage }) {
  return (
    <section class="lab-part" aria-labelledby="marks-title">
      <h2 id="marks-title">What was done</h2>
      {marks.length === 0 ? (
        <p class="quiet">Nothing yet.</p>
      ) : (
        <Table columns={['Time', 'What', 'Users']}>
          {marks.map(({ sequence, at, text, users }) => (
            <tr key={sequence}>
              <td>
                <Time at={at} />
              </td>
              <td class="wide">{text}</td>
              <td class="wide">
                {users.slice(0, MOST_LINKS).map((userId) => (
                  <span key={userId}>
                    <a href={userAddress(userId)}>{userId}</a>{' '}
                  </span>
                ))}
                {users.length > MOST_LINKS && `and ${count(users.length - MOST_LINKS, 'other')}`}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Command text={commands.marks} />
    </section>
  );
}
