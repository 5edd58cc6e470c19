import { useEffect } from 'preact/hooks';
import type { ConsoleInfo } from '../contract/info.ts';
import { address } from './address.ts';
import { isSeen } from './clock.ts';
import { VIEW_ID } from './focus.ts';
import { RunningJobs } from './jobs.tsx';
import { Keys, useKeys } from './keys.tsx';
import { info } from './pipeline-info.ts';
import { SearchBox } from './search-box.tsx';
import { read } from './server.ts';
import { VIEWS, viewOf } from './views.tsx';

const AGAIN_MS = 2000;

/** The page: what is the same in every view, and the view of the address. */
export function App() {
  useKeys();
  const isAsking = isSeen.value && info.value === undefined;
  useEffect(() => {
    if (!isAsking) return undefined;
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
  }, [isAsking]);
  const { path, query } = address.value;
  return (
    <>
      <a class="skip" href={`#${VIEW_ID}`}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          Console
        </a>
        <SearchBox />
        <Place />
        <nav aria-label="Views">
          <Tabs />
        </nav>
      </header>
      <RunningJobs />
      <main class="view" id={VIEW_ID} tabIndex={-1}>
        {viewOf(path).show(query)}
      </main>
      <Keys />
    </>
  );
}

/** The views of the bar. */
function Tabs() {
  const place = info.value;
  const shown = Object.entries(VIEWS).filter(([, { isFor }]) => place === undefined || isFor?.(place) !== false);
  return shown.map(
    ([path, { tab }]) =>
      tab && (
        <a key={path} href={path} aria-current={address.value.path === path ? 'page' : undefined}>
          {tab.name}
        </a>
      ),
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
