/** The addresses of the views. The server sends the page for each of them; the page has a view for each. */
export const VIEW_PATHS = [
  '/',
  '/user',
  '/flow',
  '/events',
  '/contracts',
  '/dead-letters',
  '/register',
  '/replay',
  '/health',
  '/lab',
] as const;

export type ViewPath = (typeof VIEW_PATHS)[number];
