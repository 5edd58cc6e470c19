import { useEffect } from 'preact/hooks';
import type { ConsoleInfo } from '../server/contract.ts';
import { address } from './address.ts';
import { EventsView } from './events/events-view.tsx';
import { FlowView } from './flow/flow-view.tsx';
import { Keys, useKeys } from './keys.tsx';
import { info } from './pipeline-info.ts';
import { RegisterView } from './register-view.tsx';
import { SearchBox } from './search-box.tsx';
import { read } from './server.ts';
import { UserView } from './user/user-view.tsx';
import { UsersView } from './users-view.tsx';

const AGAIN_MS = 2000;

/** The page: what is the same in every view, and the view of the address. */
export function App() {
  useKeys();
  useEffect(() => {
    let timer: number | undefined;
    const ask = () =>
      read<ConsoleInfo>('/api/console').then(
        (found) => {
          info.value = found;
        },
        () => {
          timer = setTimeout(ask, AGAIN_MS);
        },
      );
    void ask();
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <a class="skip" href="#view">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          Console
        </a>
        <nav aria-label="Views">
          <Tab path="/" text="Users" />
          <Tab path="/flow" text="Flow" />
          <Tab path="/events" text="Events" />
          <Tab path="/register" text="Register" />
        </nav>
        <SearchBox />
        <Place />
      </header>
      <main class="view" id="view" tabIndex={-1}>
        <View />
      </main>
      <Keys />
    </>
  );
}

function View() {
  const { path, query } = address.value;
  switch (path) {
    case '/user':
      return <UserView key={query.get('id')} userId={query.get('id') ?? ''} />;
    case '/flow':
      return <FlowView />;
    case '/events':
      return <EventsView />;
    case '/register':
      return <RegisterView />;
    default:
      return <UsersView />;
  }
}

function Tab({ path, text }: { readonly path: string; readonly text: string }) {
  return (
    <a href={path} aria-current={address.value.path === path ? 'page' : undefined}>
      {text}
    </a>
  );
}

/** Account, Region and stack are always visible: what is done here is done there. */
function Place() {
  const { stack, account, region, place, isWritable } = info.value ?? {};
  if (stack === undefined) return <p class="place">…</p>;
  return (
    <p class="place">
      <span class={`badge ${place === 'aws' && isWritable ? 'strong' : ''}`}>
        {place === 'engine' ? 'local engine' : isWritable ? 'AWS, may change' : 'AWS, read-only'}
      </span>
      <span class="stack">{stack}</span>
      <span class="quiet">
        {region} · {account}
      </span>
    </p>
  );
}
