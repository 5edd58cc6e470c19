import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RegisteredUsers } from '../../contract/users.ts';
import { address, go, userAddress } from '../address.ts';
import { Command, Problem } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { change, type RequestFailed } from '../server.ts';

/** Registers users, and shows what happens to them. */
export function RegisterView() {
  useEffect(() => {
    document.title = 'Register · Console';
  }, []);
  const isReadOnly = info.value?.isWritable === false;
  return (
    <>
      <div class="heading">
        <h1>Register</h1>
      </div>
      {isReadOnly ? (
        <div class="notice">
          <p>The console is read-only here. To register users, start it with --write, or use the command:</p>
          <Command text={`npx pipeline register USER_ID --stack ${info.value?.stack ?? ''}`} />
        </div>
      ) : (
        <div class="forms">
          <OneUser />
          <ManyUsers />
        </div>
      )}
    </>
  );
}

/** Sends one request at a time, and keeps why it failed. */
function useRegistering() {
  const isBusy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const register = async (body: object): Promise<RegisteredUsers['reports']> => {
    if (isBusy.value) return [];
    isBusy.value = true;
    problem.value = undefined;
    try {
      const { reports } = await change<RegisteredUsers>('/api/register', body);
      problem.value = reports.find(({ status }) => status === 'failed')?.problem;
      return problem.value === undefined ? reports : [];
    } catch (error) {
      problem.value = (error as RequestFailed).message;
      return [];
    } finally {
      isBusy.value = false;
    }
  };
  return { isBusy, problem, register };
}

function OneUser() {
  const userId = useSignal(address.value.query.get('id') ?? '');
  const { isBusy, problem, register } = useRegistering();
  const submit = async (event: Event) => {
    event.preventDefault();
    const [report] = await register({ userIds: [userId.value] });
    if (report?.status === 'exists') problem.value = `${report.userId} has a row already, which is unchanged.`;
    else if (report !== undefined) go(userAddress(report.userId));
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
      <button type="submit" class="primary" disabled={isBusy.value}>
        {isBusy.value ? 'Registering …' : 'Register'}
      </button>
      {problem.value !== undefined && (
        <Problem text={problem.value}>
          {userId.value !== '' && <a href={userAddress(userId.value)}>See this user</a>}
        </Problem>
      )}
    </form>
  );
}

function ManyUsers() {
  const number = useSignal('10');
  const { isBusy, problem, register } = useRegistering();
  const submit = async (event: Event) => {
    event.preventDefault();
    const reports = await register({ count: Number(number.value) });
    if (reports.length > 0) go('/');
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
      <button type="submit" class="primary" disabled={isBusy.value}>
        {isBusy.value ? 'Registering …' : 'Register them'}
      </button>
      {problem.value !== undefined && <Problem text={problem.value} />}
    </form>
  );
}
