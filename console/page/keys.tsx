import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { go } from './address.ts';
import { focusView } from './focus.ts';
import { Dialog } from './forms.tsx';
import { SEARCH_ID } from './search-box.tsx';
import { VIEWS } from './views.tsx';

const isHelpOpen = signal(false);

/** Path and tab of each view that has one. */
const TABS = Object.entries(VIEWS).flatMap(([path, { tab }]) => (tab ? [[path, tab] as const] : []));

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['/', 'find a user'],
  ...TABS.map(([, { name, key }]): [string, string] => [key, name.toLowerCase()]),
  ['j', 'next step or event'],
  ['k', 'the one before'],
  ['Enter', 'open or close it'],
  ['?', 'these keys'],
];

/** Keys of every view. They do nothing while a text is typed, or in a dialog. */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      const isInDialog = document.querySelector('dialog[open]') !== null;
      if (isTyping || isInDialog || event.metaKey || event.ctrlKey || event.altKey) return;
      const act = ACTIONS[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '/': () => document.getElementById(SEARCH_ID)?.focus(),
  ...Object.fromEntries(TABS.map(([path, { key }]) => [key, () => showView(path)])),
  j: () => focusStep(1),
  k: () => focusStep(-1),
  '?': () => {
    isHelpOpen.value = true;
  },
};

function showView(path: string): void {
  go(path);
  focusView();
}

/** Moves to a step of the waterfalls, from the one that has the focus. */
function focusStep(by: number): void {
  const steps = [...document.querySelectorAll<HTMLElement>('[data-step]')];
  const at = steps.findIndex((step) => step.matches(':focus'));
  steps[at === -1 ? 0 : Math.min(steps.length - 1, Math.max(0, at + by))]?.focus();
}

/** The list of keys, as a dialog. */
export function Keys() {
  if (!isHelpOpen.value) return null;
  const close = () => {
    isHelpOpen.value = false;
  };
  return (
    <Dialog id="keys-title" title="Keys" onClose={close}>
      {() => (
        <dl>
          {KEYS.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  );
}
