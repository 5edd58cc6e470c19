/** The id of the view's element. */
export const VIEW_ID = 'view';

/** Gives the focus to the view, which reads from its beginning then. */
export function focusView(): void {
  document.getElementById(VIEW_ID)?.focus({ preventScroll: true });
}

/**
 * Where what had the focus is gone, such as a link to the view that is shown now, or the button of what is done, the focus goes to
 * the view: a browser begins anew at the top of the page.
 * @param page what changes
 */
export function keepFocus(page: Element): void {
  let last: Element | undefined;
  addEventListener('focusin', ({ target }) => {
    last = target instanceof Element ? target : undefined;
  });
  new MutationObserver(() => {
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    last = undefined;
    focusView();
  }).observe(page, { childList: true, subtree: true });
}
