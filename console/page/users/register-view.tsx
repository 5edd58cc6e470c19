import { useSignal } from '@preact/signals';
import type { RegisteredUsers } from '../../contract/users.ts';
import { isReadOnly, ReadOnly, useAction } from '../actions.tsx';
import { address, go, userAddress } from '../address.ts';
import { info } from '../pipeline-info.ts';
import { change, RequestFailed } from '../server.ts';
import { Problem, ViewHeading } from '../states.tsx';

/** Registers users, and shows what happens to them. */
export function RegisterView() {
  return (
    <>
      <ViewHeading title="Register" />
      {isReadOnly() ? (
        <ReadOnly to="register users" command={`npx pipeline register USER_ID --stack ${info.value?.stack ?? ''}`} />
      ) : (
        <div class="forms">
          <OneUser />
          <ManyUsers />
          <SampleUsers />
        </div>
      )}
    </>
  );
}

/** @throws RequestFailed if one of them fails */
async function register(body: object): Promise<RegisteredUsers['reports']> {
  const { reports } = await change<RegisteredUsers>('/api/register', body);
  const problem = reports.find(({ status }) => status === 'failed')?.problem;
  if (problem !== undefined) throw new RequestFailed(problem);
  return reports;
}

function OneUser() {
  const userId = useSignal(address.value.query.get('id') ?? '');
  const { isBusy, problem, act } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void act(async () => {
      const [report] = await register({ userIds: [userId.value] });
      if (report?.status === 'exists')
        throw new RequestFailed(`${report.userId} has a row already, which is unchanged.`);
      if (report !== undefined) go(userAddress(report.userId));
    });
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>One user</h2>
      <p class="quiet">Puts a row with this id, as a sign-up service does. Then you see what happens to it.</p>
      <label for="user-id">User id</label>
      <input
        id="user-id"
        required
        autoComplete="off"
        spellcheck={false}
        value={userId.value}
        onInput={({ currentTarget }) => {
          userId.value = currentTarget.value;
        }}
      />
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? 'Registering …' : 'Register'}
      </button>
      {problem !== undefined && (
        <Problem text={problem}>{userId.value !== '' && <a href={userAddress(userId.value)}>See this user</a>}</Problem>
      )}
    </form>
  );
}

function SampleUsers() {
  const { isBusy, problem, act } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void act(async () => {
      await register({ samples: true });
      go('/');
    });
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>The sample users</h2>
      <p class="quiet">
        Ten ids that are hard: other scripts, quotes, long ones. Users who have a row already stay as they are.
      </p>
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? 'Registering …' : 'Register the samples'}
      </button>
      {problem !== undefined && <Problem text={problem} />}
    </form>
  );
}

function ManyUsers() {
  const number = useSignal('10');
  const { isBusy, problem, act } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void act(async () => {
      await register({ count: Number(number.value) });
      go('/');
    });
  };
  return (
    <form class="card" onSubmit={submit}>
      <h2>Several users</h2>
      <p class="quiet">Registers users with new ids. Then you see them in the list, the latest first.</p>
      <label for="user-count">How many, up to 100</label>
      <input
        id="user-count"
        type="number"
        required
        min={1}
        max={100}
        value={number.value}
        onInput={({ currentTarget }) => {
          number.value = currentTarget.value;
        }}
      />
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? 'Registering …' : 'Register them'}
      </button>
      {problem !== undefined && <Problem text={problem} />}
    </form>
  );
}
