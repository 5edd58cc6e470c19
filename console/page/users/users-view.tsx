import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FoundUsers, ListedUser, UserListPage } from '../../contract/users.ts';
import { address, addressOf, userAddress } from '../address.ts';
import { LiveState, Problem, Skeleton, Time, VerdictMark } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { type RequestFailed, read, useLive } from '../server.ts';
import { count } from '../texts.ts';

/** Users: those that a search finds, or those who registered last. */
export function UsersView() {
  const query = address.value.query.get('q') ?? '';
  useEffect(() => {
    document.title = query === '' ? 'Users · Console' : `${query} · Console`;
  }, [query]);
  return query === '' ? <RecentUsers /> : <Found key={query} query={query} />;
}

const FILTERS = { recent: 'Recent', waiting: 'Waiting', failed: 'Failed' } as const;

type Filter = keyof typeof FILTERS;

function RecentUsers() {
  const live = useLive<UserListPage>('/api/users');
  const { data, state, problem } = live.value;
  const chosen = address.value.query.get('show') ?? '';
  const filter: Filter = chosen === 'waiting' || chosen === 'failed' ? chosen : 'recent';
  const of = (name: Filter) => (data?.users ?? []).filter(({ verdict }) => name === 'recent' || verdict === name);
  return (
    <>
      <div class="heading">
        <h1>Users</h1>
        <LiveState live={live.value} />
      </div>
      {state === 'stale' && problem !== undefined && <Problem text={problem} />}
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
      {data === undefined ? (
        state === 'loading' && <Skeleton lines={8} />
      ) : (
        <>
          <UserTable users={of(filter)} filter={filter} now={data.now} />
          <p class="source">{data.source}</p>
        </>
      )}
    </>
  );
}

function UserTable({
  users,
  filter,
}: {
  readonly users: readonly ListedUser[];
  readonly filter: Filter;
  readonly now: number;
}) {
  if (users.length === 0) return <NoUsers filter={filter} />;
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">User</th>
          <th scope="col">State</th>
          <th scope="col">How it stands</th>
          <th scope="col" class="number">
            Registered
          </th>
        </tr>
      </thead>
      <tbody>
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
      </tbody>
    </table>
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
  const found = useSignal<FoundUsers | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    read<FoundUsers>(addressOf('/api/find', { q: query })).then(
      (answer) => {
        found.value = answer;
      },
      ({ message }: RequestFailed) => {
        problem.value = message;
      },
    );
  }, [query]);
  const { users, source } = found.value ?? {};
  return (
    <>
      <div class="heading">
        <h1>
          Users for <span class="id">{query}</span>
        </h1>
      </div>
      {problem.value !== undefined && <Problem text={problem.value} />}
      {users === undefined && problem.value === undefined && <Skeleton lines={3} />}
      {users?.length === 0 && (
        <p class="notice">
          Nothing is known of <span class="id">{query}</span>. Check the id, or see <a href="/">who registered last</a>.
        </p>
      )}
      {users !== undefined && users.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">User</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      )}
      <p class="source" role="status">
        {users !== undefined && `${count(users.length, 'user')}. ${source}`}
      </p>
    </>
  );
}
