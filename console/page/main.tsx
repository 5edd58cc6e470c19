import { render } from 'preact';
import { followAddress } from './address.ts';
import { App } from './app.tsx';
import { keepFocus } from './focus.ts';

const page = document.getElementById('page');
if (page === null) throw new Error('The page has no element #page.');
followAddress();
page.replaceChildren();
keepFocus(page);
render(<App />, page);
