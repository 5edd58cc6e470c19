import { render } from 'preact';
import { followAddress } from './address.ts';
import { App } from './app.tsx';

const page = document.getElementById('page');
if (page === null) throw new Error('The page has no element #page.');
followAddress();
page.replaceChildren();
render(<App />, page);
