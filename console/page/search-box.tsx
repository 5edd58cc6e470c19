import { useEffect, useRef } from 'preact/hooks';
import { address, addressOf, go } from './address.ts';

/** The id by which keys find the box. */
export const SEARCH_ID = 'search';

/** One box for every id that leads to a user. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const { path, query } = address.value;
  const shown = path === '/' ? (query.get('q') ?? '') : '';
  useEffect(() => {
    if (input.current !== null) input.current.value = shown;
  }, [shown]);
  const submit = (event: Event) => {
    event.preventDefault();
    go(addressOf('/', { q: input.current?.value.trim() }));
  };
  return (
    <search>
      <form onSubmit={submit}>
        <label class="hidden" for={SEARCH_ID}>
          Find a user by user id, event id, correlation id, bucket or URI
        </label>
        <input
          ref={input}
          id={SEARCH_ID}
          type="search"
          placeholder="Find a user, event, bucket, …"
          autoComplete="off"
          spellcheck={false}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}
