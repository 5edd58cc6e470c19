import { computed, signal } from '@preact/signals';

/** The view's address: its path, and what it shows. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

const current = signal(read());

export const address = computed(() => current.value);

function read(): Address {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** The address of a view with a query; empty values are left out. */
export function addressOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const text = new URLSearchParams(given).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The address of a user's view. */
export function userAddress(userId: string): string {
  return addressOf('/user', { id: userId });
}

/** Shows another view; the browser's back leads here again. */
export function go(to: string): void {
  history.pushState(null, '', to);
  current.value = read();
  scrollTo(0, 0);
}

/** Changes what this view shows, without a new entry in the history. An undefined value is removed. */
export function adjust(changes: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = read();
  history.replaceState(null, '', addressOf(path, { ...Object.fromEntries(query), ...changes }));
  current.value = read();
}

/** Follows the browser's back and forward, and links to other views without loading the page again. */
export function followAddress(): void {
  addEventListener('popstate', () => {
    current.value = read();
  });
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!isPlain || event.defaultPrevented || link === null || link.origin !== location.origin) return;
    event.preventDefault();
    go(link.href);
  });
}
