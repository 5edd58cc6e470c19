import type { FoundUsers, ListedUser, UserListPage } from '../../contract/users.ts';
import { address, addressOf, userAddress } from '../address.ts';
import { Time, VerdictMark } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { useLive } from '../server.ts';
import { AnswerProblem, ViewHeading } from '../states.tsx';
import { Table } from '../table.tsx';
import { count } from '../texts.ts';
import { useAnswer } from '../use-answer.ts';

/** Users: those that a search finds, or those who registered last. */
export function UsersView() {
  const query = address.value.query.get('q') ?? '';
  return query === '' ? <RecentUsers /> : <Found key={query} query={query} />;
}

const FILTERS = { recent: 'Recent', waiting: 'Waiting', failed: 'Failed' } as const;

type Filter = keyof typeof FILTERS;

function RecentUsers() {
  const live = useLive<UserListPage>('/api/users');
  const { data } = live.value;
  const chosen = address.value.query.get('show') ?? '';
  const filter: Filter = chosen === 'waiting' || chosen === 'failed' ? chosen : 'recent';
  const of = (name: Filter) => (data?.users ?? []).filter(({ verdict }) => name === 'recent' || verdict === name);
  return (
    <>
      <ViewHeading title="Users" live={live.value} />
      <nav class="filters" aria-label="Which users">
        {(Object.keys(FILTERS) as Filter[]).map((name) => (
          <a
            key={name}
            href={addressOf('/', { show: name === 'recent' ? undefined : name })}
            aria-current={name === filter ? 'true' : undefined}
          >
            {FILTERS[name]} <span class="number">{data === undefined ? '' : of(name).length}</span>
          </a>
        ))}
      </nav>
      {data !== undefined && (
        <>
          <UserTable users={of(filter)} filter={filter} />
          <p class="source">{data.source}</p>
        </>
      )}
    </>
  );
}

const COLUMNS = ['User', 'State', 'How it stands', { name: 'Registered', isNumber: true }];

function UserTable({ users, filter }: { readonly users: readonly ListedUser[]; readonly filter: Filter }) {
  if (users.length === 0) return <NoUsers filter={filter} />;
  return (
    <Table columns={COLUMNS}>
      {users.map(({ userId, verdict, text, at }) => (
        <tr key={userId}>
          <th scope="row">
            <a class="id" href={userAddress(userId)}>
              {userId}
            </a>
          </th>
          <td>
            <VerdictMark verdict={verdict} />
          </td>
          <td class={verdict === 'done' ? 'wide id' : 'wide'}>{text}</td>
          <td class="number">
            <Time at={at} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function NoUsers({ filter }: { readonly filter: Filter }) {
  if (filter === 'waiting') return <p class="notice">No registration waits for anything.</p>;
  if (filter === 'failed') return <p class="notice">No registration has failed.</p>;
  return (
    <p class="notice">No user has registered yet. {info.value?.isWritable && <a href="/register">Register one</a>}</p>
  );
}

function Found({ query }: { readonly query: string }) {
  const found = useAnswer<FoundUsers>(addressOf('/api/find', { q: query }));
  const { users, source } = found.answer ?? {};
  return (
    <>
      <ViewHeading
        title={query}
        name={
          <>
            Users for <span class="id">{query}</span>
          </>
        }
      />
      <AnswerProblem of={found} lines={3} />
      {users?.length === 0 && (
        <p class="notice">
          Nothing is known of <span class="id">{query}</span>. Check the id, or see <a href="/">who registered last</a>.
        </p>
      )}
      {users !== undefined && users.length > 0 && (
        <Table columns={['User', 'Why']}>
          {users.map(({ userId, reason }) => (
            <tr key={userId}>
              <th scope="row">
                <a class="id" href={userAddress(userId)}>
                  {userId}
                </a>
              </th>
              <td class="wide">{reason}</td>
            </tr>
          ))}
        </Table>
      )}
      <p class="source" role="status">
        {users !== undefined && `${count(users.length, 'user')}. ${source}`}
      </p>
    </>
  );
}
