/** No test reads so many pages: more of them never end. */
const MOST_PAGES = 1000;

/**
 * All pages of a list, the last of which names no further one. A list that leads on for ever fails the test: a loop that never
 * waits would run past its time limit.
 * @param read reads a page, the first one without a token
 */
export function allPages<Page, Token>(
  read: (token: Token | undefined) => Page,
  tokenOf: (page: Page) => Token | undefined,
): Page[] {
  const pages: Page[] = [];
  for (let token: Token | undefined; pages.length < MOST_PAGES; ) {
    const page = read(token);
    pages.push(page);
    token = tokenOf(page);
    if (token === undefined) return pages;
  }
  throw endless();
}

/** The same for pages that come later. */
export async function allPagesToCome<Page, Token>(
  read: (token: Token | undefined) => Promise<Page>,
  tokenOf: (page: Page) => Token | undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let token: Token | undefined; pages.length < MOST_PAGES; ) {
    const page = await read(token);
    pages.push(page);
    token = tokenOf(page);
    if (token === undefined) return pages;
  }
  throw endless();
}

function endless(): Error {
  return new Error(`${MOST_PAGES} pages were read, and there is a further one.`);
}
